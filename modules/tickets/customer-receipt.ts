import type { DeskId, Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { CustomerTicketRow } from "./customer-tickets.ts";
import { recordEvidence } from "./evidence.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";

const PORTAL = "portal";

/** The contact, signed in, has the ticket before them: they have its notice. Again, it changes nothing. */
export async function recordShownInPortal(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { ticket_id, source }: Pick<CustomerTicketRow, "ticket_id" | "source">,
): Promise<void> {
  if (source === "history" || (await wasShown(tx, deskId, ticket_id))) return; // Before anything is locked.
  const change = (await openTicketChange(tx, world, deskId, ticket_id))!;
  if (await wasShown(tx, deskId, ticket_id)) return;
  proveInPortal(tx, change, "The customer had the ticket before them, signed in.");
  change.save(tx);
}

/** @param detail how it is known that the contact, signed in, sees the ticket */
export function proveInPortal(tx: Tx, change: TicketChange, detail: string): void {
  recordEvidence(tx, change, {
    ...{ rung: "displayed", at: change.now, datedAt: null, source: PORTAL, outgoingMailId: null, ofNotice: true },
    detail,
  });
}

async function wasShown(tx: Tx, deskId: DeskId, ticketId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("evidence")
    .select("evidence_id")
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("source", "=", PORTAL)
    .executeTakeFirst();
  return row !== undefined;
}
