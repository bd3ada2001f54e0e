import type { Db, DeskId } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { WakeTicket } from "./snooze.ts";
import { openTicketChange } from "./ticket-change.ts";

/** Saves the ticket as it is, which brings it back where it is time. */
export async function wakeDueTicket(db: Db, world: World, { deskId, ticketId }: WakeTicket): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    (await openTicketChange(tx, world, deskId, ticketId))?.save(tx);
  });
}

const BATCH = 100;

/** Those whose job was lost. */
export async function wakeForgotten(db: Db, world: World, deskId: DeskId): Promise<void> {
  const due = await db.transaction(deskId, (tx) =>
    tx
      .selectFrom("ticket")
      .select("ticket_id")
      .where("desk_id", "=", deskId)
      .where("snoozed_until", "<=", world.clock.now())
      .orderBy("snoozed_until")
      .limit(BATCH)
      .execute(),
  );
  for (const { ticket_id: ticketId } of due) await wakeDueTicket(db, world, { deskId, ticketId });
}
