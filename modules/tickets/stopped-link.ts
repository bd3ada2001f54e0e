import { createHmac, timingSafeEqual } from "node:crypto";
import type { DeskId, Tx } from "@permanence/database";
import { base32, type Instant, instant } from "@permanence/kernel";
import type { TicketRow } from "./ticket-tables.ts";

/** How long after its receipt a ticket's link counts, and no longer than the ticket is open. */
const COUNTS_MS = 30 * 86_400_000;

/** Where a customer says that their work has stopped. Signed with a secret of the ticket's own, which never leaves the desk
 *  but in the address that replies go to: who knows this link cannot make another, nor write to the ticket. */
export function stoppedLink(
  siteUrl: string,
  slug: string,
  ticket: Pick<TicketRow, "number" | "ticket_id" | "reply_token">,
) {
  return `${siteUrl}/stopped/${slug}/${ticket.number}/${signatureOf(ticket)}`;
}

function signatureOf({ ticket_id, reply_token }: Pick<TicketRow, "ticket_id" | "reply_token">): string {
  const digest = createHmac("sha256", reply_token).update(`work-stopped ${ticket_id}`).digest();
  return base32(digest.subarray(0, 20)); // 160 bits, as every token of ours.
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
  if (ticket === undefined || !isSame(signatureOf(ticket), signature)) return null;
  const { ticket_id: ticketId, language, priority } = ticket;
  const isOld = now > instant(ticket.received_at + COUNTS_MS);
  const standing = ticket.state === "closed" || isOld ? "expired" : priority === "urgent" ? "urgent" : "open";
  return { ticketId, standing, language, number, priority };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
