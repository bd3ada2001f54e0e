import { readFields } from "./mime-header.ts";
import { readIds } from "./mime-ids.ts";
import { cleanLine } from "./mime-text.ts";
import type { Delivery, Reading } from "./report.ts";
import { addressOfField } from "./report-address.ts";
import type { ReturnedMail } from "./report-opening.ts";
import { textOfParts } from "./report-parts.ts";
import type { ReportSource } from "./report-source.ts";
import { isPlainComplaint, isUnsubscription } from "./mail-kind-report.ts";

/** A complaint (RFC 5965), or a program that unsubscribes its reader by mail; null where the mail is neither. */
export function readFeedback(
  source: ReportSource,
  returned: ReturnedMail,
  most: number,
): (Reading & { isCut: boolean }) | null {
  const part = textOfParts(source.root, "feedback-report");
  const isOptOut = part === null && isUnsubscription(source);
  if (part === null && !isOptOut && !isPlainComplaint(source)) return null;
  const fields = readFields(Buffer.from(part ?? ""));
  const all = (name: string): string[] => fields.filter((each) => each.name === name).map(({ value }) => value);
  const first = (name: string): string => cleanLine((all(name)[0] ?? "").slice(0, 500));
  const recipients = complainantsOf(all, source, returned);
  return {
    report: {
      about: "feedback",
      reportingMta: first("reporting-mta").replace(/^[\w-]{1,40}\s{0,9};\s{0,9}/, ""),
      envelopeId: first("original-envelope-id") || null,
      originalMessageId: returned.messageId ?? readIds(first("message-id"))[0] ?? null,
      disposition: null,
      feedbackType: isOptOut ? "opt-out" : first("feedback-type").toLowerCase() || "abuse",
    },
    delivery: recipients.slice(0, most).map(feedbackOf),
    isCut: recipients.length > most,
  };
}

/** RFC 5965, section 3.2; many providers leave out whom they speak for, and the mail itself is the only trace. */
function complainantsOf(all: (name: string) => string[], source: ReportSource, returned: ReturnedMail): string[] {
  const named = [...all("original-rcpt-to"), ...all("removal-recipient")]
    .map((value) => addressOfField(value))
    .filter((address) => address !== "");
  if (named.length > 0) return [...new Set(named)];
  if (returned.complainant !== null) return [returned.complainant];
  if (returned.to.length > 0) return returned.to.slice(0, 1);
  return source.from === null ? [] : [source.from.address];
}

function feedbackOf(recipient: string): Delivery {
  return {
    ...{ recipient, outcome: "feedback", status: "", replyCode: "", permanent: false, reason: "none" },
    ...{ finalRecipient: "", originalRecipient: recipient, diagnostic: "", remoteMta: "", lastAttemptDate: null },
  };
}
