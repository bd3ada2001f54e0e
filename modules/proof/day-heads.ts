import type { Db, DeskId, Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { sql } from "kysely";
import { leafDigest, pathOf, rootOf, sha256 } from "./digest-tree.ts";
import type { ProvenDay } from "./proof-file.ts";
import type { DayHeadRow } from "./proof-tables.ts";

const DAY_MS = 86_400_000;
/** What was under way at midnight is committed by then. */
const CLOSES_AFTER_MS = 15 * 60_000;
const FIRST = Buffer.alloc(32);

/** Makes the heads of the days that are over and have none: each once, whoever else does it at the same time. */
export async function makeDayHeads(db: Db, world: World, deskId: DeskId): Promise<void> {
  const now = world.clock.now();
  const last = dayOf(now - CLOSES_AFTER_MS - DAY_MS);
  const known = await db.transaction(deskId, (tx) => newestHead(tx, deskId));
  if (known !== null && known.day >= last) return;
  // A desk's first head is that of the day before: every chain is in it with its next event, and with all before that.
  for (let day = known === null ? last : nextDay(known.day); day <= last; day = nextDay(day)) {
    await db.transaction(deskId, (tx) => makeHead(tx, deskId, day, now));
  }
}

async function makeHead(tx: Tx, deskId: DeskId, day: string, now: Instant): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`day head ${deskId}`}, 0))`.execute(tx);
  const before = await newestHead(tx, deskId);
  if (before !== null && before.day >= day) return;
  const from = instant(Date.parse(day));
  await sql`
    insert into day_leaf (desk_id, day, ticket_id, sequence, digest)
    select distinct on (e.ticket_id) ${deskId}::uuid, ${day}::date, e.ticket_id, e.sequence, e.digest
    from ticket t join ticket_event e on e.desk_id = t.desk_id and e.ticket_id = t.ticket_id
    where t.desk_id = ${deskId} and t.updated_at >= ${from} and e.at >= ${from} and e.at < ${from + DAY_MS}
    order by e.ticket_id, e.sequence desc`.execute(tx);
  const leaves = await readLeaves(tx, deskId, day);
  const [root, previous, count] = [rootOf(leaves.map(({ digest }) => digest)), before?.head ?? FIRST, leaves.length];
  await tx
    .insertInto("day_head")
    .values({
      ...{ desk_id: deskId, day, count, root, previous, head: headOf({ day, count, root, previous }), made_at: now },
      ...{ stamp: null, stamp_error: null, tried_at: null },
    })
    .execute();
}

/** @param previous the head of the day before */
export function headOf({ day, count, root, previous }: { day: string; count: number; root: Buffer; previous: Buffer }) {
  return sha256(previous, `${day} ${count} `, root);
}

/** What a ticket is in a day's tree. */
export function ticketLeaf(ticketId: string, sequence: number, digest: Buffer): Buffer {
  return leafDigest(`${ticketId} ${sequence} `, digest);
}

/** The days on which a ticket's chain grew, each with its way to that day's head. Days that are not over are none yet. */
export async function provenDays(tx: Tx, deskId: DeskId, ticketId: string): Promise<ProvenDay[]> {
  const rows = await tx
    .selectFrom("day_leaf as l")
    .innerJoin("day_head as h", (join) => join.onRef("h.desk_id", "=", "l.desk_id").onRef("h.day", "=", "l.day"))
    .select(["l.sequence", "h.count", "h.previous", "h.head", "h.stamp", sql<string>`h.day::text`.as("day")])
    .where("l.desk_id", "=", deskId)
    .where("l.ticket_id", "=", ticketId)
    .orderBy("l.day")
    .execute();
  const days: ProvenDay[] = [];
  for (const { day, sequence, count, previous, head, stamp } of rows) {
    const leaves = await readLeaves(tx, deskId, day);
    const index = leaves.findIndex((leaf) => leaf.ticketId === ticketId);
    const path = pathOf(
      leaves.map(({ digest }) => digest),
      index,
    );
    days.push({
      ...{ day, sequence, path, count, previous: previous.toString("hex"), head: head.toString("hex") },
      stamp: stamp?.toString("base64") ?? null,
    });
  }
  return days;
}

async function readLeaves(tx: Tx, deskId: DeskId, day: string) {
  const rows = await tx
    .selectFrom("day_leaf")
    .select(["ticket_id", "sequence", "digest"])
    .where("desk_id", "=", deskId)
    .where("day", "=", day)
    .orderBy("ticket_id")
    .execute();
  return rows.map(({ ticket_id, sequence, digest }) => ({
    ticketId: ticket_id,
    digest: ticketLeaf(ticket_id, sequence, digest),
  }));
}

export async function newestHead(
  tx: Tx,
  deskId: DeskId,
): Promise<(Pick<DayHeadRow, "day" | "head" | "stamp_error"> & { isStamped: boolean }) | null> {
  const row = await tx
    .selectFrom("day_head")
    .select(["head", "stamp_error", sql<string>`day::text`.as("day"), sql<boolean>`stamp is not null`.as("isStamped")])
    .where("desk_id", "=", deskId)
    .orderBy("day", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

function dayOf(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString().slice(0, 10);
}

function nextDay(day: string): string {
  return dayOf(Date.parse(day) + DAY_MS);
}
