import { readIds } from "./mime-ids.ts";
import type { Delivery, DeliveryOutcome, Reading } from "./report.ts";
import { isAddress } from "./report-address.ts";
import { type Evidence, deliveryOf } from "./report-delivery.ts";
import { readDate } from "./mime-date.ts";

type Json = { [name: string]: unknown };

/** The kinds of notification that Amazon SES sends as JSON: where each lists its recipients, and what it means. */
const KINDS: Record<string, { about: string; recipients: string; outcome: DeliveryOutcome }> = {
  bounce: { about: "bounce", recipients: "bouncedRecipients", outcome: "failed" },
  complaint: { about: "complaint", recipients: "complainedRecipients", outcome: "feedback" },
  delivery: { about: "delivery", recipients: "recipients", outcome: "delivered" },
  deliverydelay: { about: "deliveryDelay", recipients: "delayedRecipients", outcome: "delayed" },
};

/** Reads a notification of Amazon SES, bare or wrapped in one of SNS; null where the text is none. */
export function readNotification(text: string, most: number): (Reading & { isCut: boolean }) | null {
  const outer = parsed(text);
  const inner = typeof outer["Message"] === "string" ? parsed(outer["Message"]) : outer;
  const kind = KINDS[stringOf(inner["notificationType"] ?? inner["eventType"]).toLowerCase()];
  if (kind === undefined) return null;
  const [about, mail] = [objectOf(inner[kind.about]), objectOf(inner["mail"])];
  const listed = listOf(about[kind.recipients]);
  return {
    report: {
      about: kind.outcome === "feedback" ? "feedback" : "delivery",
      reportingMta: stringOf(about["reportingMTA"]).replace(/^[\w-]{1,40};\s{0,9}/, ""),
      envelopeId: null,
      originalMessageId: originalMessageId(mail),
      disposition: null,
      feedbackType: kind.outcome === "feedback" ? stringOf(about["complaintFeedbackType"]) || "abuse" : null,
    },
    delivery: listed.slice(0, most).flatMap((each) => recipientOf(each, about, kind.outcome) ?? []),
    isCut: listed.length > most,
  };
}

function recipientOf(entry: unknown, about: Json, outcome: DeliveryOutcome): Delivery | null {
  const { emailAddress, action, status, diagnosticCode } = objectOf(entry);
  const address = stringOf(emailAddress ?? entry);
  if (!isAddress(address)) return null;
  const words = stringOf(diagnosticCode ?? about["smtpResponse"]);
  const evidence: Evidence = {
    fields: new Map([
      ["final-recipient", `rfc822; ${address}`],
      ["action", stringOf(action)],
      ["status", stringOf(status)],
      ["diagnostic-code", words],
    ]),
    ...{ address, words, context: "", outcome },
  };
  return { ...deliveryOf(evidence), lastAttemptDate: readDate(stringOf(about["timestamp"])) };
}

function originalMessageId(mail: Json): string | null {
  const fields = listOf(mail["headers"]).map(objectOf);
  const field = fields.find(({ name }) => stringOf(name).toLowerCase() === "message-id");
  return readIds(stringOf(field?.["value"] ?? objectOf(mail["commonHeaders"])["messageId"]))[0] ?? null;
}

/** The object that a text holds, with something after it, and with the breaks that old sendmail puts into lines
 *  over 990 characters: "!", a line end and a space. */
function parsed(text: string): Json {
  const [start, end] = [text.indexOf("{"), text.lastIndexOf("}")];
  if (start < 0 || end < start) return {};
  try {
    return objectOf(JSON.parse(text.slice(start, end + 1).replaceAll("!\n ", "")));
  } catch {
    return {};
  }
}

const objectOf = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");
