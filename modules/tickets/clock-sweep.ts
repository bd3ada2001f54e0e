import type { Db, DeskId } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { takeClocksToFold } from "@permanence/sla";
import { foldResponseClock } from "./response-clock.ts";
import { openTicketChange } from "./ticket-change.ts";

const BATCH = 100;

/**
 * Folds the clocks of one desk whose outcome may have changed by itself: due and unreceived, or waiting for
 * proof no longer. Each ticket is locked before its clock, as everywhere, and in a transaction of its own.
 * Returns how many it folded.
 */
export async function foldDueClocks(db: Db, world: World, deskId: DeskId): Promise<number> {
  const due = await db.transaction(deskId, (tx) =>
    takeClocksToFold(tx, deskId, { now: world.clock.now(), limit: BATCH }),
  );
  for (const { ticketId } of due) {
    await db.transaction(deskId, async (tx) => {
      const change = (await openTicketChange(tx, world, deskId, ticketId))!;
      foldResponseClock(tx, change);
      change.save(tx);
    });
  }
  return due.length;
}
