import { automaticOf } from "./mail-kind-automatic.ts";
import { isReport } from "./mail-kind-report.ts";
import type { Entity } from "./mime-entity.ts";
import type { Automatic, MailAddress, MailForm } from "./read-mail.ts";

/** What a mail's kind is read from. */
export type MailSigns = {
  root: Entity;
  from: MailAddress | null;
  subject: string;
  inReplyTo: string | null;
  references: string[];
  text: string;
  /** "" is the null sender (RFC 5321, section 4.5.5); null where nobody knows. */
  envelopeFrom: string | null;
};

/** What a mail is, by its form alone: a report before an automatic answer, that before a reply, else a ticket. */
export function kindOf(signs: MailSigns): { kind: MailForm; automatic: Automatic | null } {
  if (isReport(signs)) return { kind: "report", automatic: null };
  const automatic = automaticOf(signs);
  if (automatic !== null) return { kind: "auto-reply", automatic };
  const isReply = signs.inReplyTo !== null || signs.references.length > 0;
  return { kind: isReply ? "reply" : "ticket", automatic: null };
}
