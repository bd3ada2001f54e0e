import { type DeskId, gather, insertInto, type Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import type { ClockState, Outcome, Priority, Receipt } from "./response-case.ts";

export type ClockTable = {
  desk_id: DeskId;
  ticket_id: string;
  target: string;
  started_at: Instant;
  due_at: Instant;
  stopped_at: Instant | null;
  outcome: Outcome;
  receipt: Receipt | null;
  cause: "raised" | null;
  next_at: Instant | null;
  paused_at: Instant | null;
  published: boolean;
  warned: number | null;
  counted_ms: number | null;
  /** Null only of clocks from before it was kept, until the migration has filled it in. */
  priority: Priority | null;
  customer_id: string | null;
};

declare module "@permanence/database" {
  interface Tables {
    clock: ClockTable;
  }
}

/** What is kept of a clock. `nextAt`: when it may change by itself, or a warning is due. */
export type KeptClock = ClockState & {
  pausedAt: Instant | null;
  published: boolean;
  /** The highest share of its target, in per cent, that was warned of; 100 is a breach. */
  warned: number | null;
  /** From start to stop, what counted; null until it stops. */
  countedMs: number | null;
};
export type StoredClock = KeptClock & { ticketId: string; target: string };
export type ClockRef = { ticketId: string; target: string };
export type Batch = { now: Instant; limit: number };

/** Whose clock it is. `customerId`: the organisation, or the contact where none is known. */
export type ClockOf = { ticketId: string; target: string; priority: Priority; customerId: string };

/** Keeps what a fold came to, in the place of what was kept before. */
export function saveClock(tx: Tx, deskId: DeskId, of: ClockOf, state: KeptClock): void {
  const { ticketId: ticket_id, target, priority, customerId: customer_id } = of;
  gather(tx, clockWrite, { desk_id: deskId, ticket_id, target, priority, customer_id, ...columnsOf(state) });
}

const clockWrite = insertInto<ClockTable>("clock", { key: ["desk_id", "ticket_id", "target"] });

function columnsOf(state: KeptClock) {
  return {
    started_at: state.startedAt,
    due_at: state.dueAt,
    stopped_at: state.stoppedAt,
    outcome: state.outcome,
    receipt: state.receipt,
    cause: state.cause,
    next_at: state.nextAt,
    paused_at: state.pausedAt,
    published: state.published,
    warned: state.warned,
    counted_ms: state.countedMs,
  };
}

/** The clocks of these tickets, in no order. */
export async function readClocks(tx: Tx, deskId: DeskId, ticketIds: readonly string[]): Promise<StoredClock[]> {
  if (ticketIds.length === 0) return [];
  return await selectClocks(tx, deskId).where("ticket_id", "in", ticketIds).execute();
}

export async function readClock(tx: Tx, deskId: DeskId, ticketId: string, target: string): Promise<StoredClock | null> {
  const query = selectClocks(tx, deskId).where("ticket_id", "=", ticketId).where("target", "=", target);
  return (await query.executeTakeFirst()) ?? null;
}

function selectClocks(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("clock")
    .select(["ticket_id as ticketId", "target", "started_at as startedAt", "due_at as dueAt"])
    .select(["stopped_at as stoppedAt", "outcome", "receipt", "cause", "next_at as nextAt"])
    .select(["paused_at as pausedAt", "published", "warned", "counted_ms as countedMs"])
    .where("desk_id", "=", deskId);
}

/** Takes clocks whose state may have changed by itself, and locks them: two sweeps never fold the same one. One desk
 *  at a time: a lock across desks could not be distributed. */
export async function takeClocksToFold(tx: Tx, deskId: DeskId, { now, limit }: Batch): Promise<ClockRef[]> {
  const { rows } = await sql<ClockRef>`
    select ticket_id as "ticketId", target from clock
    where desk_id = ${deskId} and next_at < ${now} -- Through next_at itself the stored state still holds.
    order by next_at limit ${limit} for update skip locked`.execute(tx);
  return rows;
}
