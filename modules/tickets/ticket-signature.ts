import { createHmac, timingSafeEqual } from "node:crypto";
import { base32 } from "@permanence/kernel";
import type { TicketRow } from "./ticket-tables.ts";

type Signed = Pick<TicketRow, "ticket_id" | "reply_token">;

/** What makes a link of a ticket's own, for one purpose. Signed with a secret of the ticket's, which never leaves the desk but
 *  in the address that replies go to: who knows one link cannot make another, nor write to the ticket. */
export function signatureOf({ ticket_id, reply_token }: Signed, purpose: string): string {
  const digest = createHmac("sha256", reply_token).update(`${purpose} ${ticket_id}`).digest();
  return base32(digest.subarray(0, 20)); // 160 bits, as every token of ours.
}

export function isSignature(ticket: Signed, purpose: string, signature: string): boolean {
  const [a, b] = [Buffer.from(signatureOf(ticket, purpose)), Buffer.from(signature)];
  return a.length === b.length && timingSafeEqual(a, b);
}
