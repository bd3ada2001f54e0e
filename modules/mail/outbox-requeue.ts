import type { Db, DeskId } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import { addSendJob } from "./outbox.ts";
import { listDueMails, listOverdueMails } from "./outgoing-mail-store.ts";

// Jobs for mails that wait without one.

const OVERDUE_MS = 60_000; // A job that exists runs within seconds, or waits behind others and is merely moved.
const MOST_AT_ONCE = 1_000;

/** To those longest overdue. */
export async function requeueOverdue(db: Db, deskId: DeskId, now: Instant): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const overdue = await listOverdueMails(tx, deskId, instant(now - OVERDUE_MS), MOST_AT_ONCE);
    for (const mail of overdue) addSendJob(tx, mail, mail.next_attempt_at!); // Each keeps its place in the line.
  });
}

/** However many are due, a thousand at a time are held here. */
export async function requeueDue(db: Db, deskId: DeskId, now: Instant): Promise<void> {
  for (let after = null as Parameters<typeof listDueMails>[2]["after"]; ;) {
    const due = await db.transaction(deskId, async (tx) => {
      const page = await listDueMails(tx, deskId, { now, after, limit: MOST_AT_ONCE });
      for (const mail of page) addSendJob(tx, mail, mail.next_attempt_at);
      return page;
    });
    if (due.length < MOST_AT_ONCE) return;
    after = due.at(-1)!;
  }
}

export async function findMostUrgent(db: Db, deskIds: DeskId[], now: Instant) {
  const firsts = [];
  for (const deskId of deskIds)
    firsts.push(...(await db.transaction(deskId, (tx) => listDueMails(tx, deskId, { now, after: null, limit: 1 }))));
  return firsts.toSorted((a, b) => a.rank - b.rank || a.next_attempt_at - b.next_attempt_at)[0] ?? null;
}
