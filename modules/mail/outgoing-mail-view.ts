import { z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { IsoText } from "@permanence/people";
import PostalMime from "postal-mime";
import { EVIDENCE_RUNGS, type EvidenceRow, OUTGOING_MAIL_STATES, type OutgoingMailRow } from "./mail-tables.ts";

/** Sign-in mails are not among them: their link is their reader's alone. */
export const ShownPurpose = z.enum(["notice", "reply"]);
export const State = z.enum(OUTGOING_MAIL_STATES);

export const OutgoingMailView = z
  .object({
    id: z.uuid(),
    ticketId: z.uuid().nullable(),
    ticketNumber: z.number().int().nullable(),
    purpose: ShownPurpose,
    to: z.string(),
    subject: z.string(),
    state: State,
    attempts: z.number().int(),
    createdAt: IsoText,
    sentAt: IsoText.nullable(),
    nextAttemptAt: IsoText.nullable(),
    lastError: z.string().nullable(),
    evidence: z.array(z.object({ rung: z.enum(EVIDENCE_RUNGS), at: IsoText, source: z.string() })),
  })
  .openapi("OutgoingMail");

export const OutgoingMailWhole = OutgoingMailView.extend({
  text: z.string(),
  headers: z.record(z.string(), z.string()).openapi({ description: "As they are sent: from, replyTo, messageId, …" }),
}).openapi("OutgoingMailWhole");

export function showOutgoingMail(
  mail: OutgoingMailRow & { ticket_number: number | null },
  evidence: EvidenceRow[],
): z.infer<typeof OutgoingMailView> {
  const own = evidence.filter((row) => row.outgoing_mail_id === mail.outgoing_mail_id);
  return {
    id: mail.outgoing_mail_id,
    ticketId: mail.ticket_id,
    ticketNumber: mail.ticket_number,
    purpose: ShownPurpose.parse(mail.purpose),
    to: mail.to_address,
    subject: mail.subject,
    state: mail.state,
    attempts: mail.attempts,
    createdAt: toIso(mail.created_at),
    sentAt: mail.sent_at === null ? null : toIso(mail.sent_at),
    nextAttemptAt: mail.next_attempt_at === null ? null : toIso(mail.next_attempt_at),
    lastError: mail.last_error,
    evidence: own.map(({ rung, at, source }) => ({ rung, at: toIso(at), source })),
  };
}

/** What its reader will see of the stored bytes, which are our own making. */
export async function readOwnMail(bytes: Buffer) {
  const mail = await PostalMime.parse(bytes);
  const headers = mail.headers.map(({ key, value }) => [camelCase(key), value] as const);
  return { text: (mail.text ?? "").trimEnd(), html: mail.html ?? null, headers: Object.fromEntries(headers) };
}

function camelCase(key: string): string {
  return key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
