import type { Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import { appendEvidence, type OutgoingMailRow } from "@permanence/mail";
import type { rawMail } from "./raw-mail.ts";
import type { TicketChange } from "./ticket-change.ts";

/** One recorded fact about a mail's way to the customer. */
export type NewEvidence = {
  rung: "handed-over" | "delivered" | "displayed" | "failed";
  /** When the desk learned it. */
  at: Instant;
  /** When it happened, where a report says so. */
  datedAt: Instant | null;
  source: string;
  /** For people: the relay's answer, the report's diagnostic. */
  detail: string;
  outgoingMailId: string | null;
  /** Whether it is about the notice; what is about a reply moves no clock, but `displayed` always does. */
  ofNotice: boolean;
  /** The mail that says so, where one does. */
  raw?: ReturnType<typeof rawMail>;
};

/** Whether a mail is the notice to the ticket's own contact, at whichever of their addresses: what becomes of one to a
 *  colleague who wrote last (of another priority) is kept, and moves no clock. */
export function isNoticeToContact(
  mail: Pick<OutgoingMailRow, "purpose" | "contact_id">,
  { ticket }: TicketChange,
): boolean {
  return mail.purpose === "notice" && mail.contact_id === ticket.contact_id;
}

/** Appends evidence to the ticket under change, in its table and in the chain. */
export function recordEvidence(tx: Tx, change: TicketChange, told: NewEvidence): void {
  // Two machines' clocks are never quite the same, and a fold looks at nothing that has not happened yet.
  const evidence = { ...told, at: instant(Math.min(told.at, change.now)) };
  const { desk_id: deskId, ticket_id: ticketId } = change.ticket;
  const { rung, at, datedAt, source, detail, outgoingMailId } = evidence;
  appendEvidence(tx, change.world, deskId, { ticketId, rung, at, datedAt, source, detail, outgoingMailId });
  chainEvidence(change, evidence);
}

/** The same for evidence that stands in its table already. */
export function chainEvidence(change: TicketChange, evidence: NewEvidence): void {
  const { rung, at, datedAt, source, detail, outgoingMailId, ofNotice, raw } = evidence;
  change.record("evidence", "desk", { rung, at, datedAt, source, detail, outgoingMailId, ofNotice, ...raw });
}
