import type { Db, DeskId, Tx } from "@permanence/database";
import { assert, systemClock } from "@permanence/kernel";
import { sql } from "kysely";
import type { DeskSettings } from "./desk-settings.ts";
import { findPromises } from "./policy-store.ts";
import { type Promises, promisesOf } from "./policy-terms.ts";

export type DeskTemplate = { name: string; language: string; subject: string; body: string };

/** A desk as it was last applied. Shared between those who ask at the same time: never changed in place. */
export type Desk = {
  deskId: DeskId;
  slug: string;
  name: string;
  settings: DeskSettings;
  /** The desk's own; where it has none, the program's are used. */
  templates: DeskTemplate[];
  /** What it promises, in versions. */
  promises: Promises;
};

/** Null when the desk was never applied. */
export async function findDesk(tx: Tx, deskId: DeskId): Promise<Desk | null> {
  const row = await tx
    .selectFrom("desk")
    .select(["slug", "name", "settings", "applied_at"])
    .where("desk_id", "=", deskId)
    .executeTakeFirst();
  if (!row) return null;
  const templates = await tx
    .selectFrom("template")
    .select(["name", "language", "subject", "body"])
    .where("desk_id", "=", deskId)
    .orderBy("name")
    .orderBy("language")
    .execute();
  const { applied_at, ...desk } = row;
  const promises = await findPromises(tx, deskId);
  const { settings } = desk;
  return {
    ...{ deskId, ...desk, templates },
    promises: promises.policies.length === 0 ? promisesOf(settings, applied_at) : promises,
  };
}

const FRESH_MS = 5_000;

type Reading = { desk: Promise<Desk>; readAtMs: number };

/** A cache for each database: tests and commands open several in one process. */
const readings = new WeakMap<Db, Map<DeskId, Reading>>();

/**
 * The desk, as it was at most five seconds ago: it is asked for with every request and every mail, and changes when an
 * operator applies it. Throws for a desk that was never applied.
 * @param monotonicMs the monotonic clock, so that no change of the machine's clock keeps an old desk
 */
export async function deskOf(db: Db, deskId: DeskId, monotonicMs = systemClock.monotonicMs()): Promise<Desk> {
  const ofDb = readings.get(db) ?? new Map<DeskId, Reading>();
  readings.set(db, ofDb);
  const kept = ofDb.get(deskId);
  if (kept && monotonicMs - kept.readAtMs < FRESH_MS) return await kept.desk;
  const desk = db.transaction(deskId, (tx) => requireDesk(tx, deskId));
  desk.catch(() => ofDb.delete(deskId)); // A failure is not kept.
  ofDb.set(deskId, { desk, readAtMs: monotonicMs });
  return await desk;
}

/** The next `deskOf` reads anew: for whoever just applied the desk, or heard that somebody did. */
export function forgetDesk(db: Db, deskId: DeskId): void {
  readings.get(db)?.delete(deskId);
}

async function requireDesk(tx: Tx, deskId: DeskId): Promise<Desk> {
  const desk = await findDesk(tx, deskId);
  assert(desk !== null, `desk ${deskId} was applied`);
  return desk;
}

/** The numbers of the desk's next tickets. A transaction that is rolled back leaves a gap. */
export async function nextTicketNumbers(tx: Tx, deskId: DeskId, count: number): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`
    select nextval(${ticketSequence(deskId)}::regclass) as number from generate_series(1, ${count}::int)`.execute(tx);
  return rows.map(({ number }) => number);
}

/** One sequence for each desk, made when the desk is. */
export function ticketSequence(deskId: DeskId): string {
  return `ticket_number_${deskId.replaceAll("-", "")}`;
}
