import { readIds } from "./mime-ids.ts";
import type { Reading } from "./report.ts";
import { addressOfField } from "./report-address.ts";
import { readReportFields } from "./report-fields.ts";
import type { ReturnedMail } from "./report-opening.ts";
import { textOfParts } from "./report-parts.ts";
import type { ReportSource } from "./report-source.ts";
import { RECEIPT_SUBJECT } from "./mail-kind-phrases.ts";
import { cleanLine } from "./mime-text.ts";

/**
 * A disposition report (RFC 8098), or a reader's program that says in words that a mail was read; null where the mail
 * is neither. It tells what a reader did, so it is about no delivery, and lists none.
 */
export function readDisposition(source: ReportSource, returned: ReturnedMail): (Reading & { isCut: boolean }) | null {
  const part = textOfParts(source.root, "disposition-notification");
  const inWords = part === null && RECEIPT_SUBJECT.test(source.subject);
  if (part === null && !inWords) return null;
  const { message, recipients } = readReportFields(part ?? "", 1);
  const fields = new Map([...message, ...(recipients[0] ?? [])]);
  const disposition = (fields.get("disposition") ?? (inWords ? wordsOf(source) : "")).toLowerCase();
  return {
    report: {
      about: "disposition",
      reportingMta: cleanLine((fields.get("reporting-ua") ?? "").slice(0, 500)),
      envelopeId: null,
      originalMessageId: readIds(fields.get("original-message-id") ?? "")[0] ?? returned.messageId,
      disposition: {
        type: /(?:^|;)\s{0,20}([a-z]{1,30})[\s/]{0,20}[^;]{0,200}$/.exec(disposition)?.[1] ?? "displayed",
        manual: disposition.includes("manual-action"),
        finalRecipient: addressOfField(fields.get("final-recipient")) || (source.from?.address ?? ""),
        originalRecipient: addressOfField(fields.get("original-recipient")),
      },
      feedbackType: null,
    },
    delivery: [],
    isCut: false,
  };
}

/** Outlook's "Not read:" means that it was deleted without being read. */
function wordsOf({ subject }: ReportSource): string {
  return /^\s{0,9}(?:not read|non lu|niet gelezen|ungelesen)/i.test(subject) ? "deleted" : "displayed";
}
