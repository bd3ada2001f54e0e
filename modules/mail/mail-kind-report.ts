import type { MailSigns } from "./mail-kind.ts";
import { FAILURE_PHRASE, FAILURE_SUBJECT, RECEIPT_SUBJECT, RECEIPT_PHRASE } from "./mail-kind-phrases.ts";
import { type Entity, fieldOf } from "./mime-entity.ts";

/** The beginning of a text, where a mail system says what happened; what it returns follows. */
const OPENING_CHARACTERS = 4_000;

/** At this sum a mail is a bounce. One sign alone never is: postmasters are people too, and people quote bounces. */
const BOUNCE_SCORE = 4;

/** Whether a mail tells what became of another: by a report's parts, or by what systems without them write. */
export function isReport(signs: MailSigns): boolean {
  return (
    isMarkedAsReport(signs) ||
    isCloudNotification(signs) ||
    isPlainReceipt(signs) ||
    isUnsubscription(signs) ||
    isPlainComplaint(signs) ||
    isListRefusal(signs) ||
    isPlainBounce(signs)
  );
}

/** RFC 3464 (delivery status), RFC 8098 (disposition), RFC 5965 (feedback), and their RFC 6533 forms. */
const REPORT_PART = /^message\/((global-)?(delivery-status|disposition-notification)|feedback-report)$/;

/** Providers that wrap a complaint as any mail. */
const COMPLAINTS_DESK = /^(abuse|complaints?|feedback[\w-]*|fbl|scomp|antispam)[@+-]/i;

/** A person who asks about a bounce attaches it: parts within count only where a machine speaks. */
function isMarkedAsReport(signs: MailSigns): boolean {
  const { type, parts } = signs.root;
  if (type.value === "multipart/report" || REPORT_PART.test(type.value)) return true;
  const isMachine = senderScore(signs) > 0 || COMPLAINTS_DESK.test(signs.from?.address ?? "");
  return isMachine && parts.some(hasReportParts);
}

function hasReportParts({ type, parts }: Entity): boolean {
  return type.value === "multipart/report" || REPORT_PART.test(type.value) || parts.some(hasReportParts);
}

/** Amazon SES reports through a notification service, as JSON, quoted once more in another's. */
function isCloudNotification({ text }: MailSigns): boolean {
  return (
    /^\s{0,20}\{/.test(text) &&
    /\\?"notificationType\\?":\\?"(Bounce|Complaint|Delivery)\\?"/.test(text.slice(0, OPENING_CHARACTERS))
  );
}

/** A note that a mail was read, from programs that write no disposition report. */
function isPlainReceipt({ subject, text }: MailSigns): boolean {
  return RECEIPT_SUBJECT.test(subject) && RECEIPT_PHRASE.test(text.slice(0, 1_000));
}

/** A report that a person sends on, with its fields in the text: their mail is no report, but tells what one says. */
export function isForwardedReport({ subject, text }: MailSigns): boolean {
  const forwarded = /^\s{0,9}(?:fwd?|tr|wg|doorst|doorgest)\s?:(.{0,300})/i.exec(subject)?.[1];
  if (forwarded === undefined || !FAILURE_SUBJECT.test(forwarded)) return false;
  const opening = text.slice(0, 16 * OPENING_CHARACTERS);
  return /^[> ]{1,9}Final-Recipient:/im.test(opening) && /^[> ]{1,9}Action:/im.test(opening);
}

/** A reader's program that unsubscribes by mail, as Apple's does: an answer of a machine with that one word. */
export function isUnsubscription({ root, subject, text }: Pick<MailSigns, "root" | "subject" | "text">): boolean {
  return (
    /^\s{0,9}unsubscribe\s{0,9}$/i.test(subject) &&
    /^auto-/i.test(fieldOf(root, "auto-submitted") ?? "") &&
    /\bto unsubscribe from\b/i.test(text.slice(0, 1_000))
  );
}

/** Microsoft's junk mail reports: a complaint without RFC 5965's parts, with the mail that it is about. */
export function isPlainComplaint({ root, subject }: Pick<MailSigns, "root" | "subject">): boolean {
  return /^complaint about message from [\da-f.:]{3,45}\s?$/i.test(subject) && root.parts.some(isMessage);
}

/** A list that refuses a mail because its sender is no member: from the list's own address, not from a person's. */
function isListRefusal({ from, subject, text }: MailSigns): boolean {
  const opening = text.slice(0, 1_000);
  return LIST_ADDRESS.test(from?.address ?? "") && NOT_MEMBER.test(subject) && NOT_MEMBER.test(opening);
}

const LIST_ADDRESS = /[-+](admin|owner|request|bounces?|errors)@/i;
const NOT_MEMBER = /\bnot (a )?members?\b|\bnon-member\b/i;

function isPlainBounce(signs: MailSigns): boolean {
  if (fieldOf(signs.root, "x-failed-recipients") !== null) return true; // Exim, Gmail.
  return senderScore(signs) > 0 && senderScore(signs) + wordScore(signs) + returnScore(signs) >= BOUNCE_SCORE;
}

const MACHINE = /^(mailer[-_ ]?daemon|mail[-_]?daemon|mail[-_]?delivery.*|mdaemon|bounces?|.*[-_]?mailer[-_]?daemon)$/i;
const MACHINE_NAME =
  /^(mail|message) (delivery|deliver|administrator|router)|^mailer[- ]daemon|^delivery (sub)?system/i;

function senderScore({ root, from, envelopeFrom }: MailSigns): number {
  const local = from === null ? "" : from.address.split("@")[0]!;
  const isNobody = from?.address === "" || /^\s{0,9}<>/.test(fieldOf(root, "from") ?? "");
  const isNullSender = envelopeFrom === "" || /^mailer-daemon/i.test(envelopeFrom ?? "") || isNobody;
  const isMachine = MACHINE.test(local) || MACHINE_NAME.test(from?.name ?? "");
  const isPostmaster = /^post[-_]?master$/i.test(local);
  return (isNullSender ? 2 : 0) + (isMachine ? 2 : 0) + (isPostmaster ? 1 : 0);
}

function wordScore({ subject, text }: MailSigns): number {
  const opening = text.slice(0, OPENING_CHARACTERS).replaceAll(/\s+/g, " ");
  return (FAILURE_SUBJECT.test(subject) ? 2 : 0) + (FAILURE_PHRASE.test(opening) ? 1 : 0);
}

/** RFC 5321 replies and RFC 3463 codes, the talk of two servers, and the mail that is given back. */
const REPLY_CODE = /\b[45]\d\d[ -]#?\(?[45]\.\d\.\d{1,3}\b|#?\b[45]\.\d\.\d{1,3}\b|(^|[\s:[(<])5[05]\d[ -]+[A-Za-z<]/m;
const DIALOGUE = /\b(RCPT TO|MAIL FROM|EHLO|HELO|DATA)\b[:\s]/;
const GIVEN_BACK =
  /-{2,} ?(this is a copy of|below this line is a copy|original message follows|the header of the original|returned message|transcript of session|undelivered message|message header)/i;

function returnScore({ root, text }: MailSigns): number {
  const opening = text.slice(0, OPENING_CHARACTERS);
  const isGivenBack = GIVEN_BACK.test(opening) || root.parts.some(isMessage);
  return (REPLY_CODE.test(opening) ? 1 : 0) + (DIALOGUE.test(opening) ? 1 : 0) + (isGivenBack ? 1 : 0);
}

const isMessage = ({ type }: Entity): boolean =>
  /^(message\/rfc822|text\/rfc822-headers|message\/global)/.test(type.value);
