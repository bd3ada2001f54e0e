import { announce, type Db, type DeskId, isTemporaryFailure, type Tx } from "@permanence/database";
import { instant, type World } from "@permanence/kernel";
import { type Desk, deskOf } from "@permanence/people";
import { addAttendJob, openTicketChange, openTicketChanges, raiseAlert, type TicketChange } from "@permanence/tickets";
import { sql } from "kysely";
import { isDeepStrictEqual } from "node:util";
import { advance, type Judging, openCallOut } from "./call-out.ts";
import type { CallOut, CallOutStep, Facts, Step } from "./call-out-case.ts";
import {
  addCallOut,
  addPages,
  type AttendedTicket,
  findCallOutOf,
  findDueCallOuts,
  findTicketsOf,
  lockCallOut,
  markCallAsked,
  readAttended,
  saveCallOut,
} from "./call-out-store.ts";
import { joinAlike } from "./alike-call-outs.ts";
import { asksFirstUntil } from "./quiet-hours.ts";
import { judgingAt } from "./desk-duty.ts";
import { findDutySettings } from "./duty-settings.ts";
import type { CallOutRow } from "./duty-tables.ts";
import { callsDue, factsOf } from "./facts.ts";
import { queueDeliveries } from "./page-queue.ts";

export type Attending = { db: Db; world: World };

const MINUTE_MS = 60_000;

/** The job that follows each change of a ticket for which somebody may have to be called. Run again, it does nothing. */
export async function attendTicket({ db, world }: Attending, deskId: DeskId, ticketId: string): Promise<void> {
  const desk = await deskOf(db, deskId);
  await db.transaction(deskId, async (tx) => {
    const change = await openTicketChange(tx, world, deskId, ticketId);
    if (change === null) return;
    const callOutId = (await findCallOutOf(tx, deskId, ticketId)) ?? (await openFor(tx, world, desk, change));
    if (callOutId === null) return;
    const carried = await carryOn(tx, world, desk, callOutId);
    if (carried?.state !== "ended") return;
    const next = await openFor(tx, world, desk, change); // Of another priority, it may need another one.
    if (next !== null) await carryOn(tx, world, desk, next);
  });
}

/** A call-out for a ticket that needs one: urgent calls at once, high waits for somebody to take it. */
async function openFor(tx: Tx, world: World, desk: Desk, { ticket }: TicketChange): Promise<string | null> {
  const { priority, state, source, ticket_id: ticketId } = ticket;
  if (state === "closed" || source === "history" || (priority !== "urgent" && priority !== "high")) return null;
  if (priority === "high" && (await isTaken(tx, ticket))) return null;
  const now = world.clock.now();
  const { settings } = await findDutySettings(tx, desk.deskId);
  const joined = priority === "urgent" ? await joinAlike(tx, world, desk.deskId, ticketId) : null;
  if (joined !== null) return joined;
  const waitsUntil = instant(Math.max(now, ticket.received_at + settings.highAfterMinutes * MINUTE_MS));
  const asksUntil = priority === "urgent" ? await asksFirstUntil(tx, desk, ticket, settings, now) : null;
  const callOut =
    priority === "high"
      ? openCallOut("waiting", waitsUntil, now)
      : asksUntil === null
        ? openCallOut("paging", now, now)
        : openCallOut("asking", asksUntil, now);
  return addCallOut(tx, world, desk.deskId, { priority, isCanary: false, ticketId }, callOut);
}

/** By whoever has it assigned, or replied. */
async function isTaken(tx: Tx, { desk_id, ticket_id, assignee_id }: TicketChange["ticket"]): Promise<boolean> {
  if (assignee_id !== null) return true;
  const reply = await tx
    .selectFrom("message")
    .select("message_id")
    .where("desk_id", "=", desk_id)
    .where("ticket_id", "=", ticket_id)
    .where("kind", "=", "agent")
    .limit(1)
    .executeTakeFirst();
  return reply !== undefined;
}

/** Tickets whose job was lost, or that are older than the duty: those get their job. */
export async function attendForgotten({ db }: Attending, deskId: DeskId): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const { rows } = await sql<{ ticketId: string }>`
      select t.ticket_id as "ticketId" from ticket t
      where t.desk_id = ${deskId} and t.priority in ('urgent', 'high') and t.state <> 'closed' and not exists (
        select from call_out_ticket o where o.desk_id = t.desk_id and o.ticket_id = t.ticket_id
          and (o.left_at is null or t.priority = 'high'))
      limit ${MOST_AT_ONCE}`.execute(tx);
    for (const { ticketId } of rows) addAttendJob(tx, deskId, ticketId);
  });
}

/** Carries on every call-out that is due. One that cannot be does not keep the others waiting. */
export async function carryOnDue({ db, world }: Attending, deskId: DeskId): Promise<number> {
  const due = await db.transaction(deskId, (tx) => findDueCallOuts(tx, deskId, world.clock.now(), MOST_AT_ONCE));
  if (due.length === 0) return 0;
  const desk = await deskOf(db, deskId);
  const errors: unknown[] = [];
  for (const callOutId of due)
    await db
      .transaction(deskId, (tx) => carryOn(tx, world, desk, callOutId))
      .catch((error: unknown) => errors.push(error));
  const serious = errors.find((error) => !isTemporaryFailure(error));
  if (serious !== undefined) throw serious;
  return due.length;
}

const MOST_AT_ONCE = 200;

export async function carryOn(tx: Tx, world: World, desk: Desk, callOutId: string): Promise<CallOut | null> {
  return await changeCallOut(tx, world, desk, callOutId, ({ callOut }) => ({ callOut, steps: [] }));
}

/** A call-out under change, its tickets locked. */
export type Changing = {
  callOut: CallOut;
  row: CallOutRow;
  judging: Awaited<ReturnType<typeof judgingAt>>;
  /** Its first ticket, whose chain tells the steps; null for a canary. */
  lead: TicketChange | null;
  ticketIds: string[];
};

/**
 * Changes a call-out, and carries it on. The one way to do so: its tickets are locked before it, as everywhere, and what
 * follows of the change (pages, deliveries, jobs, events of the chain) is committed with it or not at all.
 * @param changing null: refused, and nothing is changed
 */
export async function changeCallOut(
  tx: Tx,
  world: World,
  desk: Desk,
  callOutId: string,
  changing: (under: Changing) => CallOutStep | null | Promise<CallOutStep | null>,
): Promise<CallOut | null> {
  const { deskId } = desk;
  const ticketIds = await findTicketsOf(tx, deskId, callOutId);
  const changes = await openTicketChanges(tx, world, deskId, ticketIds.slice(0, 1));
  const locked = await lockCallOut(tx, deskId, callOutId);
  if (locked === null) return null;
  const lead = changes.get(ticketIds[0] ?? "") ?? null;
  const tickets = await readAttended(tx, deskId, callOutId);
  const row = { ...locked, priority: priorityOf(locked, tickets) };
  const judging = await judgingAt(tx, desk, row, world.clock.now());
  const waitingMs = row.priority === "urgent" ? desk.settings.policy.urgent.waitingMs : null;
  const changed = await changing({ callOut: row.document, row, judging, lead, ticketIds });
  if (changed === null) return null;
  const facts = row.is_canary ? canaryFacts(changed.callOut, judging) : factsOf(tickets, locked.priority, waitingMs);
  const { callOut, steps } = advance(changed.callOut, facts, judging);
  await keep(tx, world, desk, { row, lead, callOut, steps: [...changed.steps, ...steps], judging });
  if (steps.some(({ kind }) => kind === "call-customer"))
    await markCallAsked(tx, row, callsDue(tickets, waitingMs ?? 0, judging.now), judging.now);
  if (row.is_canary) await alertOfCanary(tx, world, deskId, callOut);
  return callOut;
}

/** A call-out becomes urgent with its ticket: whoever is on duty for that is called. */
function priorityOf({ priority }: CallOutRow, tickets: readonly AttendedTicket[]): CallOutRow["priority"] {
  return tickets.some((each) => each.priority === "urgent" && !each.isClosed) ? "urgent" : priority;
}

type Kept = {
  row: CallOutRow;
  lead: TicketChange | null;
  callOut: CallOut;
  steps: Step[];
  judging: Awaited<ReturnType<typeof judgingAt>>;
};

async function keep(tx: Tx, world: World, desk: Desk, { row, lead, callOut, steps, judging }: Kept): Promise<void> {
  const { deskId } = desk;
  for (const step of steps) {
    const pages = await addPages(tx, world, row, step);
    await queueDeliveries(tx, world, desk, pages);
    const names = step.agentIds.map((id) => judging.agents.get(id)?.name ?? id);
    lead?.record("paged", "desk", { callOutId: row.call_out_id, step: step.number, kind: step.kind, to: names });
    if (pages.length === 0) await alertOfNobody(tx, world, deskId, lead);
  }
  lead?.save(tx);
  if (steps.length === 0 && isDeepStrictEqual(callOut, row.document)) return;
  await saveCallOut(tx, row, callOut, judging.now);
  announce(tx, deskId, { type: "call-out", callOutId: row.call_out_id });
}

async function alertOfNobody(tx: Tx, world: World, deskId: DeskId, lead: TicketChange | null): Promise<void> {
  const subject = lead?.ticket.ticket_id ?? "canary";
  await raiseAlert(tx, world, deskId, { kind: "page-failed", subject, detail: aboutLead(lead) });
}

export function aboutLead(lead: TicketChange | null) {
  if (lead === null) return {};
  const { ticket_id: ticketId, number, subject: title } = lead.ticket;
  return { ticketId, number, title };
}

/** A canary wants one acknowledgement within its time, and nothing after it. */
function canaryFacts({ holderId, openedAt }: CallOut, { now, settings }: Judging): Facts {
  const isWanted = holderId === null && now < openedAt + settings.repeatMs;
  const answers = { isUrgent: true, isConfirmed: true, isTaken: false, isAnswered: false, reply: null, callAt: null };
  return { isWanted, ...answers };
}

async function alertOfCanary(tx: Tx, world: World, deskId: DeskId, callOut: CallOut): Promise<void> {
  if (callOut.state !== "ended" || callOut.holderId !== null) return;
  const detail = { reason: "" };
  await raiseAlert(tx, world, deskId, { kind: "canary-failed", subject: "canary", detail });
}
