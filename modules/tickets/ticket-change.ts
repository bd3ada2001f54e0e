import { announce, type DeskId, later, type Tx } from "@permanence/database";
import { assert, type Instant, type World } from "@permanence/kernel";
import type { ClockTable } from "@permanence/sla";
import { type ChainedEvent, chainEvent, type TicketEvent } from "./event-chain.ts";
import type { AttachmentRow, MessageRow, TicketRow } from "./ticket-tables.ts";

/** What a change may set. Chain, version and keys are kept by the change itself. */
type Settable = Partial<
  Pick<
    TicketRow,
    | "subject"
    | "state"
    | "closed_as"
    | "closed_at"
    | "state_before_closing"
    | "priority"
    | "priority_reason"
    | "assignee_id"
    | "queue_at"
  >
>;

/**
 * One change of one ticket inside a transaction: the row is locked, events are gathered, and `save` writes
 * both at once with one new version. Nothing else updates a ticket or appends to its chain.
 */
export class TicketChange {
  readonly ticket: TicketRow;
  readonly world: World;
  readonly now: Instant;
  #events: ChainedEvent[] = [];
  #messages: MessageRow[] = [];
  #attachments: AttachmentRow[] = [];
  #set: Settable = {};

  constructor(world: World, ticket: TicketRow) {
    this.world = world;
    this.now = world.clock.now();
    this.ticket = { ...ticket };
  }

  record(type: string, actor: string, data: TicketEvent["data"]): void {
    const event = chainEvent(
      this.ticket.event_digest,
      { type, actor, data },
      { sequence: this.ticket.event_count + 1, at: this.now, salt: this.world.random.bytes(16) },
    );
    this.#events.push(event);
    this.ticket.event_count = event.sequence;
    this.ticket.event_digest = event.digest;
  }

  /** The events that this change has gathered and not yet written. */
  unsaved(): ChainedEvent[] {
    return this.#events;
  }

  set(changes: Settable): void {
    Object.assign(this.ticket, changes);
    Object.assign(this.#set, changes);
  }

  /** Writes what was gathered with one new version, before the transaction commits, and tells who watches. */
  save(tx: Tx): void {
    if (this.#events.length === 0 && Object.keys(this.#set).length === 0) return;
    const { desk_id, ticket_id, event_count, event_digest, version } = this.ticket;
    this.ticket.version = version + 1;
    this.ticket.updated_at = this.now;
    const saved = this.#withGathered(tx)
      .updateTable("ticket")
      .set({ ...this.#set, event_count, event_digest, version: version + 1, updated_at: this.now })
      .where("desk_id", "=", desk_id)
      .where("ticket_id", "=", ticket_id)
      .where("version", "=", version)
      .executeTakeFirstOrThrow();
    later(
      tx,
      saved.then(({ numUpdatedRows }) => assert(numUpdatedRows === 1n, "a ticket under change is locked")),
    );
    announce(tx, desk_id, { type: "ticket", ticketId: ticket_id });
  }

  /** Writes the row of a new ticket with its clock, so that others can refer to it; `save` must follow. */
  insertTicket(tx: Tx, clock: ClockTable): void {
    const inserted = tx
      .with("started", (query) => query.insertInto("clock").values(clock))
      .insertInto("ticket")
      .values(this.ticket)
      .execute();
    later(tx, inserted);
  }

  /** A message that `save` writes. */
  addMessage(message: MessageRow, attachments: AttachmentRow[]): void {
    this.#messages.push(message);
    this.#attachments.push(...attachments);
  }

  /** What was gathered goes with the next statement: one way to the database instead of three. */
  #withGathered(tx: Tx) {
    const { desk_id, ticket_id } = this.ticket;
    const rows = this.#events.map((event) => ({
      desk_id,
      ticket_id,
      sequence: event.sequence,
      at: event.at,
      type: event.type,
      actor: event.actor,
      data: JSON.stringify(event.data),
      salt: event.salt,
      content_digest: event.contentDigest,
      digest: event.digest,
    }));
    const [messages, attachments] = [this.#messages, this.#attachments];
    [this.#events, this.#messages, this.#attachments] = [[], [], []];
    let statement: Pick<Tx, "with" | "updateTable"> = tx;
    if (rows.length > 0)
      statement = statement.with("happened", (query) => query.insertInto("ticket_event").values(rows));
    if (messages.length > 0)
      statement = statement.with("said", (query) => query.insertInto("message").values(messages));
    if (attachments.length > 0)
      statement = statement.with("attached", (query) => query.insertInto("attachment").values(attachments));
    return statement;
  }
}

/** Locks a ticket for a change until the transaction ends; null when the desk has no such ticket. */
export async function openTicketChange(
  tx: Tx,
  world: World,
  deskId: DeskId,
  ticketId: string,
): Promise<TicketChange | null> {
  const row = await tx
    .selectFrom("ticket")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .forUpdate()
    .executeTakeFirst();
  return row ? new TicketChange(world, row) : null;
}
