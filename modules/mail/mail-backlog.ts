import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";

/** Mail that waits, and since when the oldest of it does. */
export type Waiting = { count: number; since: Instant | null };

export type Backlog = {
  /** Came in, and was not read yet. */
  unread: Waiting;
  /** Could have left by now, and did not. */
  due: Waiting;
  /** Was tried in vain, since it was queued, and will be again; with what the relay said of the oldest. */
  refused: Waiting & { lastError: string | null };
};

export async function readBacklog(tx: Tx, deskId: DeskId, now: Instant): Promise<Backlog> {
  const unread = await tx
    .selectFrom("inbound_mail")
    .select(({ fn }) => [fn.countAll<number>().as("count"), fn.min("received_at").as("since")])
    .where("desk_id", "=", deskId)
    .where("read_at", "is", null)
    .executeTakeFirstOrThrow();
  const queued = tx.selectFrom("outgoing_mail").where("desk_id", "=", deskId).where("state", "=", "queued");
  const due = await queued
    .select(({ fn }) => [fn.countAll<number>().as("count"), fn.min("next_attempt_at").as("since")])
    .where("next_attempt_at", "<=", now)
    .executeTakeFirstOrThrow();
  const tried = queued.where("attempts", ">", 0);
  const { count } = await tried.select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const oldest = await tried
    .select(["created_at as since", "last_error as lastError"])
    .orderBy("created_at")
    .limit(1)
    .executeTakeFirst();
  return { unread, due, refused: { count, since: oldest?.since ?? null, lastError: oldest?.lastError ?? null } };
}
