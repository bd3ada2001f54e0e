import { addJob, announce, type DeskId, gather, insertInto, isGathered, type Tx, updateOf } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import { markDue } from "@permanence/search";
import { type Outcome, readClocks } from "@permanence/sla";
import { sql } from "kysely";
import { type ClockEvent, readClockEvents } from "./clock-events.ts";
import { type ChainedEvent, chainEvent, type TicketEvent } from "./event-chain.ts";
import { addNewsJob, newsOf } from "./agent-news.ts";
import { addWakeJob, settleSnooze } from "./snooze.ts";
import { foldClocks } from "./ticket-clocks.ts";
import type { AttachmentRow, MessageRow, TicketRow } from "./ticket-tables.ts";

/** What a change may set. Chain, version and keys are kept by the change itself. */
type Settable = Pick<
  TicketRow,
  | "subject"
  | "state"
  | "closed_as"
  | "closed_at"
  | "state_before_closing"
  | "priority"
  | "priority_reason"
  | "assignee_id"
  | "team_id"
  | "tag_ids"
  | "snooze"
  | "snoozed_until"
  | "is_late"
  | "queue_at"
  | "triage"
  | "to_be_classified"
>;

/** What is known of a ticket beside its row, when a change of it begins. */
type Known = { events: ClockEvent[]; outcomes: Map<string, Outcome> };

/**
 * One change of one ticket inside a transaction: the row is locked, events are gathered, and `save` writes
 * all of it with one new version. Nothing else updates a ticket or appends to its chain.
 */
export class TicketChange {
  /** As it will be. */
  readonly ticket: TicketRow;
  readonly world: World;
  readonly now: Instant;
  /** All events that move clocks, also those of this change. */
  readonly clockEvents: ClockEvent[];
  /** How each clock came out when it was last folded, by its target. */
  readonly outcomes: Map<string, Outcome>;
  #events: ChainedEvent[] = [];
  #messages: MessageRow[] = [];
  #attachments: AttachmentRow[] = [];
  #isChanged = false;
  readonly #callsBefore: boolean;
  #wokenAt: Instant | null;

  constructor(world: World, ticket: TicketRow, { events, outcomes }: Known) {
    this.world = world;
    this.now = world.clock.now();
    this.ticket = ticket;
    this.clockEvents = events;
    this.outcomes = outcomes;
    this.#callsBefore = callsSomebody(ticket);
    this.#wokenAt = ticket.snoozed_until;
  }

  record(type: string, actor: string, data: TicketEvent["data"]): void {
    const event = chainEvent(
      this.ticket.event_digest,
      { type, actor, data },
      { sequence: this.ticket.event_count + 1, at: this.now, salt: this.world.random.bytes(16) },
    );
    this.#events.push(event);
    this.clockEvents.push(event);
    this.ticket.event_count = event.sequence;
    this.ticket.event_digest = event.digest;
  }

  set(changes: Partial<Settable>): void {
    Object.assign(this.ticket, changes);
    this.#isChanged = true;
  }

  /** A message that `save` writes. */
  addMessage(message: MessageRow, attachments: AttachmentRow[]): void {
    this.#messages.push(message);
    this.#attachments.push(...attachments);
  }

  /** Folds the clocks, has what was gathered written with one new version before the transaction commits, and tells who
   *  watches. */
  save(tx: Tx): void {
    settleSnooze(this, foldClocks(tx, this));
    if (this.#events.length === 0 && !this.#isChanged) return;
    const { ticket } = this;
    ticket.version++;
    ticket.updated_at = this.now;
    if (!isGathered(tx, ticket)) gather(tx, ticketUpdate, changeableOf(ticket));
    this.#haveAttended(tx);
    this.#haveWoken(tx);
    this.#tellAgents(tx);
    for (const message of this.#messages) gather(tx, messageInsert, message);
    for (const attachment of this.#attachments) gather(tx, attachmentInsert, attachment);
    for (const event of this.#events) gather(tx, eventInsert, eventRow(ticket, event));
    [this.#events, this.#messages, this.#attachments, this.#isChanged] = [[], [], [], false];
    markDue(tx, this.world, ticket.desk_id, "ticket", [ticket.ticket_id]);
    announce(tx, ticket.desk_id, { type: "ticket", ticketId: ticket.ticket_id });
  }

  /** Somebody who waits for it sees it again when it is time. */
  #haveWoken(tx: Tx): void {
    const { snoozed_until } = this.ticket;
    if (snoozed_until !== null && snoozed_until !== this.#wokenAt) addWakeJob(tx, this.ticket, snoozed_until);
    this.#wokenAt = snoozed_until;
  }

  #tellAgents(tx: Tx): void {
    for (const news of newsOf(this.#events, this.ticket)) addNewsJob(tx, this.world, this.ticket, news);
  }

  /** Somebody may have to be called, or nobody any more. What only the chain learned changes nothing of that. */
  #haveAttended(tx: Tx): void {
    if (!this.#callsBefore && !callsSomebody(this.ticket)) return;
    if (!this.#isChanged && this.#messages.length === 0) return;
    const { desk_id: deskId, ticket_id: ticketId } = this.ticket;
    addAttendJob(tx, deskId, ticketId);
  }
}

/** The job that sees to it that somebody is at a ticket. The server says who does it. */
export const ATTEND_TICKET = "attend-ticket";

export function addAttendJob(tx: Tx, deskId: DeskId, ticketId: string): void {
  addJob(tx, ATTEND_TICKET, { deskId, ticketId }, { key: `attend:${ticketId}`, priority: -10 });
}

function callsSomebody({ priority }: TicketRow): boolean {
  return priority === "urgent" || priority === "high";
}

const ticketInsert = insertInto<TicketRow>("ticket");
const ticketUpdate = updateOf<ReturnType<typeof changeableOf>>("ticket", { key: ["desk_id", "ticket_id"] });
const messageInsert = insertInto<MessageRow>("message");
const attachmentInsert = insertInto<AttachmentRow>("attachment");
const eventInsert = insertInto<ReturnType<typeof eventRow>>("ticket_event");

function changeableOf(ticket: TicketRow) {
  const { desk_id, ticket_id, subject, state, closed_as, closed_at, state_before_closing } = ticket;
  const { priority, priority_reason, assignee_id, queue_at, triage, to_be_classified } = ticket;
  const { team_id, tag_ids, snooze, snoozed_until, is_late } = ticket;
  const { updated_at, version, event_count, event_digest } = ticket;
  return {
    ...{ desk_id, ticket_id, subject, state, closed_as, closed_at, state_before_closing },
    ...{ priority, priority_reason, assignee_id, queue_at, triage, to_be_classified },
    ...{ team_id, tag_ids, snooze, snoozed_until, is_late },
    ...{ updated_at, version, event_count, event_digest },
  };
}

function eventRow({ desk_id, ticket_id }: TicketRow, event: ChainedEvent) {
  const { sequence, at, type, actor, data, salt, contentDigest: content_digest, digest } = event;
  return { desk_id, ticket_id, sequence, at, type, actor, data, salt, content_digest, digest };
}

/** The changes under way in a transaction, by ticket. */
const underWay = new WeakMap<Tx, Map<string, TicketChange>>();

/** Begins a ticket: its row is written with the first `save`, or before it where a statement needs it. */
export function startTicket(tx: Tx, world: World, ticket: TicketRow): TicketChange {
  const change = new TicketChange(world, ticket, { events: [], outcomes: new Map() });
  gather(tx, ticketInsert, ticket);
  changesOf(tx).set(ticket.ticket_id, change);
  return change;
}

/** Locks a ticket for a change until the transaction ends; null when the desk has no such ticket. */
export async function openTicketChange(
  tx: Tx,
  world: World,
  deskId: DeskId,
  ticketId: string,
): Promise<TicketChange | null> {
  return (await openTicketChanges(tx, world, deskId, [ticketId])).get(ticketId) ?? null;
}

/** The same for several tickets at once. One that is under change in this transaction already goes on with it. */
export async function openTicketChanges(
  tx: Tx,
  world: World,
  deskId: DeskId,
  ticketIds: string[],
): Promise<ReadonlyMap<string, TicketChange>> {
  const changes = changesOf(tx);
  const wanted = [...new Set(ticketIds)].filter((id) => !changes.has(id));
  if (wanted.length === 0) return changes;
  // Statements of their own: only those that begin once the tickets are locked see all that others have done to them.
  const [tickets, events, clocks] = await Promise.all([
    lockTickets(tx, deskId, wanted),
    readClockEvents(tx, deskId, wanted),
    readClocks(tx, deskId, wanted),
  ]);
  for (const ticket of tickets) {
    const ofTicket = clocks.filter(({ ticketId }) => ticketId === ticket.ticket_id);
    const outcomes = new Map(ofTicket.map(({ target, outcome }) => [target, outcome]));
    const known = { events: events.get(ticket.ticket_id)!, outcomes };
    changes.set(ticket.ticket_id, new TicketChange(world, ticket, known));
  }
  return changes;
}

function lockTickets(tx: Tx, deskId: DeskId, ticketIds: string[]): Promise<TicketRow[]> {
  return tx
    .selectFrom("ticket")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where(sql<boolean>`ticket_id = any(${ticketIds}::uuid[])`)
    .orderBy("ticket_id") // Whoever locks several does so in one order.
    .forNoKeyUpdate() // Evidence and messages that refer to it need not wait.
    .execute();
}

function changesOf(tx: Tx): Map<string, TicketChange> {
  const changes = underWay.get(tx) ?? new Map<string, TicketChange>();
  underWay.set(tx, changes);
  return changes;
}
