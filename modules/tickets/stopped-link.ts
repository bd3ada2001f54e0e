import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import { isSignature, signatureOf } from "./ticket-signature.ts";
import type { TicketRow } from "./ticket-tables.ts";

const PURPOSE = "work-stopped";

/** How long after its receipt a ticket's link counts, and no longer than the ticket is open. */
const COUNTS_MS = 30 * 86_400_000;

/** Where a customer says that their work has stopped. */
export function stoppedLink(
  siteUrl: string,
  slug: string,
  ticket: Pick<TicketRow, "number" | "ticket_id" | "reply_token">,
) {
  return `${siteUrl}/stopped/${slug}/${ticket.number}/${signatureOf(ticket, PURPOSE)}`;
}

export type StoppedTicket = { ticketId: string; standing: "open" | "urgent" | "expired" };

/** The ticket that a link is of; null where it is forged, or of nothing. */
export async function findByStoppedLink(
  tx: Tx,
  deskId: DeskId,
  { number, signature }: { number: number; signature: string },
  now: Instant,
): Promise<(StoppedTicket & Pick<TicketRow, "language" | "number" | "priority">) | null> {
  const ticket = await tx
    .selectFrom("ticket")
    .select(["ticket_id", "number", "reply_token", "language", "priority", "state", "received_at"])
    .where("desk_id", "=", deskId)
    .where("number", "=", number)
    .executeTakeFirst();
  if (ticket === undefined || !isSignature(ticket, PURPOSE, signature)) return null;
  const { ticket_id: ticketId, language, priority } = ticket;
  const isOld = now > instant(ticket.received_at + COUNTS_MS);
  const standing = ticket.state === "closed" || isOld ? "expired" : priority === "urgent" ? "urgent" : "open";
  return { ticketId, standing, language, number, priority };
}
