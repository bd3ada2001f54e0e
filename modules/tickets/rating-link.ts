import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import type { Rating } from "./rating-view.ts";
import { isSignature, signatureOf } from "./ticket-signature.ts";
import type { TicketRow } from "./ticket-tables.ts";

type Linked = Pick<TicketRow, "number" | "ticket_id" | "reply_token" | "language"> & { closed_at: Instant | null };

/** Where a customer says whether they were content with this closing. `rating` is only what the page proposes: see
 *  docs/decisions/rating-links.md. */
export function ratingLink(siteUrl: string, ticket: Linked, rating: Rating): string {
  const closing = closingOf(ticket.closed_at!);
  const signature = signatureOf(ticket, purposeOf(closing));
  return `${siteUrl}/${ticket.language}/ratings/${ticket.number}/${closing}/${signature}?rating=${rating}`;
}

/** The ticket whose closing a link is about; null where it is forged, or of nothing. */
export async function findByRatingLink(
  tx: Tx,
  deskId: DeskId,
  { number, closing, signature }: { number: number; closing: string; signature: string },
): Promise<(TicketRow & { isSameClosing: boolean }) | null> {
  const ticket = await tx
    .selectFrom("ticket")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("number", "=", number)
    .executeTakeFirst();
  if (ticket === undefined || !isSignature(ticket, purposeOf(closing), signature)) return null;
  return { ...ticket, isSameClosing: ticket.closed_at !== null && closingOf(ticket.closed_at) === closing };
}

/** Each closing has links of its own: one that was taken back is not rated. */
function closingOf(closedAt: Instant): string {
  return instant(closedAt).toString(36);
}

function purposeOf(closing: string): string {
  return `rating ${closing}`;
}
