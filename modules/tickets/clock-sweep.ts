import type { Db, DeskId } from "@permanence/database";
import { type Desk, deskOf } from "@permanence/people";
import { type TellWarning, warnOfClocks } from "./clock-warnings.ts";
import type { World } from "@permanence/kernel";
import { takeClocksToFold } from "@permanence/sla";
import { openTicketChanges } from "./ticket-change.ts";

const BATCH = 100;

/**
 * Folds the clocks of one desk whose outcome may have changed by itself (due and unreceived, or waiting for
 * proof no longer), and warns of those that used up a share of their target. Each ticket is locked before its clock, as
 * everywhere. One that cannot be folded does not keep the others waiting: its error is thrown once they are done.
 * Returns how many it folded.
 * @param tell told of each warning
 */
export async function foldDueClocks(
  db: Db,
  world: World,
  deskId: DeskId,
  tell: TellWarning = () => {},
): Promise<number> {
  let folded = 0;
  for (;;) {
    const due = await db.transaction(deskId, (tx) =>
      takeClocksToFold(tx, deskId, { now: world.clock.now(), limit: BATCH }),
    );
    const ticketIds = [...new Set(due.map(({ ticketId }) => ticketId))];
    if (ticketIds.length === 0) return folded;
    const sweep = { db, world, desk: await deskOf(db, deskId), tell };
    await foldTogether(sweep, ticketIds);
    folded += ticketIds.length;
    if (due.length < BATCH) return folded;
  }
}

type Sweep = { db: Db; world: World; desk: Desk; tell: TellWarning };

async function foldTogether(sweep: Sweep, ticketIds: string[]): Promise<void> {
  try {
    await fold(sweep, ticketIds);
  } catch (error) {
    if (ticketIds.length === 1) throw error;
    const outcomes = await Promise.allSettled(ticketIds.map((ticketId) => fold(sweep, [ticketId])));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }
}

async function fold({ db, world, desk, tell }: Sweep, ticketIds: string[]): Promise<void> {
  await db.transaction(desk.deskId, async (tx) => {
    const changes = await openTicketChanges(tx, world, desk.deskId, ticketIds);
    for (const change of changes.values()) {
      await warnOfClocks(tx, desk, change, tell);
      change.save(tx);
    }
  });
}
