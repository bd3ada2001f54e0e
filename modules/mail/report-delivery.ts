import { readDate } from "./mime-date.ts";
import { cleanLine } from "./mime-text.ts";
import type { Delivery, DeliveryOutcome } from "./report.ts";
import { addressOfField, isSameAddress } from "./report-address.ts";
import { type Codes, codesIn, statusOf } from "./report-codes.ts";
import { isPermanent, ownStatus, reasonOf, type Refusal } from "./report-reason.ts";

/** What is known of one recipient before it is judged. */
export type Evidence = {
  /** RFC 3464's fields; empty for a report without. */
  fields: Map<string, string>;
  /** Whom it is about where the fields name no address of mail. */
  address: string;
  /** What the report's text says about this recipient. */
  words: string;
  /** All of the report's text, for what is said once. */
  context: string;
  outcome: DeliveryOutcome;
};

const LONGEST_DIAGNOSTIC = 1_000;

/** Judges one recipient. */
export function deliveryOf(evidence: Evidence): Delivery {
  const { fields } = evidence;
  const outcome = outcomeOf(fields.get("action") ?? "", statusField(fields), evidence.outcome);
  const diagnostic = diagnosticOf(evidence);
  const [finalRecipient, originalRecipient] = ["final-recipient", "original-recipient"].map((name) =>
    addressOfField(fields.get(name)),
  ) as [string, string];
  return {
    recipient: recipientOf(originalRecipient, finalRecipient) || evidence.address,
    outcome,
    ...judge(evidence, diagnostic, outcome),
    finalRecipient,
    originalRecipient,
    diagnostic: cleanLine(diagnostic.slice(0, 4 * LONGEST_DIAGNOSTIC))
      .slice(0, LONGEST_DIAGNOSTIC)
      .toWellFormed(),
    remoteMta: cleanLine((fields.get("remote-mta") ?? "").slice(0, 500)).replace(/^[\w-]{1,40}\s{0,9};\s{0,9}/, ""),
    lastAttemptDate: readDate(fields.get("last-attempt-date") ?? ""),
  };
}

/** The address before aliases. Postfix writes it without the quotes that a rare local part needs. */
function recipientOf(original: string, final: string): string {
  if (original === "" || (isSameAddress(original, final) && final.includes('"'))) return final;
  return original;
}

/** RFC 3464, section 2.3.3. "deliverable" and "undeliverable" are Postfix's answers to a probe. */
const OUTCOMES: Record<string, DeliveryOutcome> = {
  failed: "failed",
  undeliverable: "failed",
  delayed: "delayed",
  delivered: "delivered",
  deliverable: "delivered",
  relayed: "relayed",
  expanded: "expanded",
};

function outcomeOf(action: string, status: string, otherwise: DeliveryOutcome): DeliveryOutcome {
  const named = OUTCOMES[/[a-z]+/.exec(action.toLowerCase())?.[0] ?? ""];
  if (named !== undefined) return named;
  return status.startsWith("2") ? "delivered" : otherwise;
}

function statusField(fields: Map<string, string>): string {
  return /^\s{0,20}([245]\.\d{1,3}\.\d{1,3})(?!\d)/.exec(fields.get("status") ?? "")?.[1] ?? "";
}

function diagnosticOf({ fields, words }: Evidence): string {
  const field = fields.get("diagnostic-code")?.replace(/^\s{0,20}[\w-]{1,40}\s{0,20};\s{0,20}/, "") ?? "";
  return field.trim() === "" ? words : field;
}

type Judgement = Pick<Delivery, "status" | "replyCode" | "permanent" | "reason">;

function judge(evidence: Evidence, diagnostic: string, outcome: DeliveryOutcome): Judgement {
  const isRefused = outcome === "failed" || outcome === "delayed";
  const codes = codesOf(evidence, diagnostic, isRefused);
  const status = statusOf(statusField(evidence.fields), codes);
  const replyCode = status === "" || status[0] === codes.replyCode[0] ? codes.replyCode : "";
  if (!isRefused) return { status, replyCode, permanent: false, reason: "none" };

  const refusal: Refusal = { status, replyCode, command: codes.command, diagnostic };
  const { reason, words } = explain(refusal, evidence, outcome);
  const known = status === "" ? ownStatus(reason, { ...refusal, diagnostic: words }) : status;
  return { status: known, replyCode, permanent: isPermanent(reason, refusal), reason };
}

/** From the diagnostic; what it leaves open, from the words about this recipient, then from all of the text. */
function codesOf({ fields, words, context }: Evidence, diagnostic: string, isRefused: boolean): Codes {
  const texts = [diagnostic, words, context];
  const [first, second, third] = texts.map((text) => codesIn(text, isRefused)) as [Codes, Codes, Codes];
  const isUndefined = /^$|\.0\.0$/.test(statusField(fields));
  return {
    status: first.status || (isUndefined ? second.status || third.status : ""),
    replyCode: first.replyCode || second.replyCode || third.replyCode,
    command: first.command ?? second.command ?? third.command,
  };
}

/** The first of the texts that gives a reason. What only waits, and says no more, waits for a host that is away. */
function explain(refusal: Refusal, { fields, words, context }: Evidence, outcome: DeliveryOutcome) {
  // PowerMTA names a category of its own: "bad-mailbox", "quota-issues".
  const category = fields.get("x-powermta-bouncecategory") ?? "";
  const texts = [`${refusal.diagnostic}\n${category}`, words, context];
  const judged = texts.map((text) => ({ reason: reasonOf({ ...refusal, diagnostic: text }), words: text }));
  const told = judged.find(({ reason }) => reason !== "unclear" && reason !== "undefined");
  const reason = outcome === "delayed" ? "expired" : reasonOf(refusal);
  return told ?? { reason, words: refusal.diagnostic };
}
