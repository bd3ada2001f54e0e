import type { Db, DeskId } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { sql } from "kysely";
import { requestStamp } from "./time-stamp.ts";

const TRIED_AGAIN_AFTER_MS = 10 * 60_000;

/** Has the heads that no authority confirmed yet confirmed. What fails is kept with its reason and tried again. */
export async function stampDayHeads(db: Db, world: World, deskId: DeskId, url: string): Promise<void> {
  const now = world.clock.now();
  const heads = await db.transaction(deskId, (tx) =>
    tx
      .selectFrom("day_head")
      .select(["head", sql<string>`day::text`.as("day")])
      .where("desk_id", "=", deskId)
      .where("stamp", "is", null)
      .where((eb) => eb.or([eb("tried_at", "is", null), eb("tried_at", "<", instant(now - TRIED_AGAIN_AFTER_MS))]))
      .orderBy("day")
      .limit(10)
      .execute(),
  );
  for (const { day, head } of heads) {
    const answer = await requestStamp(url, head, world.random.bytes(8)).catch((error: Error) => error);
    await keep(db, deskId, day, answer, now);
    if (answer instanceof Error) return; // The next ones would fail too.
  }
}

function keep(db: Db, deskId: DeskId, day: string, answer: Buffer | Error, now: Instant): Promise<unknown> {
  const found =
    answer instanceof Error
      ? { stamp_error: answer.message.slice(0, 500), tried_at: now }
      : { stamp: answer, stamp_error: null, tried_at: now };
  return db.transaction(deskId, (tx) =>
    tx
      .updateTable("day_head")
      .set(found)
      .where("desk_id", "=", deskId)
      .where("day", "=", day)
      .where("stamp", "is", null)
      .execute(),
  );
}
