import type { Db, DeskId } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { takeClocksToFold } from "@permanence/sla";
import { foldResponseClock } from "./response-clock.ts";
import { openTicketChanges } from "./ticket-change.ts";

const BATCH = 100;

/**
 * Folds the clocks of one desk whose outcome may have changed by itself: due and unreceived, or waiting for
 * proof no longer. Each ticket is locked before its clock, as everywhere. One that cannot be folded does not keep
 * the others waiting: its error is thrown once they are done. Returns how many it folded.
 */
export async function foldDueClocks(db: Db, world: World, deskId: DeskId): Promise<number> {
  let folded = 0;
  for (;;) {
    const due = await db.transaction(deskId, (tx) =>
      takeClocksToFold(tx, deskId, { now: world.clock.now(), limit: BATCH }),
    );
    const ticketIds = [...new Set(due.map(({ ticketId }) => ticketId))];
    if (ticketIds.length === 0) return folded;
    await foldTogether(db, world, deskId, ticketIds);
    folded += ticketIds.length;
    if (due.length < BATCH) return folded;
  }
}

async function foldTogether(db: Db, world: World, deskId: DeskId, ticketIds: string[]): Promise<void> {
  try {
    await fold(db, world, deskId, ticketIds);
  } catch (error) {
    if (ticketIds.length === 1) throw error;
    const outcomes = await Promise.allSettled(ticketIds.map((ticketId) => fold(db, world, deskId, [ticketId])));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }
}

async function fold(db: Db, world: World, deskId: DeskId, ticketIds: string[]): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const changes = await openTicketChanges(tx, world, deskId, ticketIds);
    for (const change of changes.values()) {
      foldResponseClock(tx, change);
      change.save(tx);
    }
  });
}
