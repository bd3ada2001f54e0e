import type { DeliveryReason } from "./report.ts";
import { type Command, flowed } from "./report-codes.ts";
import * as phrases from "./report-phrases.ts";

/** What a refusal is judged by. */
export type Refusal = {
  status: string;
  replyCode: string;
  command: Command | null;
  /** The words of the system that refused. */
  diagnostic: string;
};

/** Beginnings of diagnostics; longer ones are links, ids and repetitions. */
const JUDGED_CHARACTERS = 4_000;

/** Why a mail was refused: by the words, since many servers use 5.1.1, 5.7.1 and 5.5.0 for anything; then by status. */
export function reasonOf(refusal: Refusal): DeliveryReason {
  const words = flowed(refusal.diagnostic.slice(0, JUDGED_CHARACTERS));
  if (/^.\.1\.[78]$/.test(refusal.status)) return "sender-rejected";
  return byWords(words) ?? byRecipient(refusal, words) ?? byOtherWords(words) ?? byStatus(refusal.status, words);
}

const FIRST: [DeliveryReason, RegExp][] = [
  ["mailbox-full", phrases.MAILBOX_FULL],
  ["too-big", phrases.TOO_BIG],
  ["suspended", phrases.SUSPENDED],
  ["moved", phrases.MOVED],
  ["relaying", phrases.RELAYING],
  ["unauthenticated", phrases.UNAUTHENTICATED],
  ["sender-rejected", phrases.SENDER_REJECTED],
  ["sender-rejected", phrases.LIST_REFUSAL],
  ["accepts-no-mail", phrases.ACCEPTS_NO_MAIL],
];

function byWords(words: string): DeliveryReason | null {
  return FIRST.find(([, phrase]) => phrase.test(words))?.[0] ?? null;
}

/** What says that the recipient's address is no good: RFC 3463; 5.1.10 in Exchange, and 5.5.0 in Outlook.com. */
const ADDRESS_STATUS = /^5\.1\.(?:[013]|10)$/;
const PLAIN_STATUS = "5.5.0";

/**
 * Whether the server says that it does not know the recipient. It knows at RCPT, so one that says so later, after it
 * saw the message, is a filter that hides itself; one that does not say when may be. Neither condemns an address.
 */
function byRecipient({ status, command }: Refusal, words: string): DeliveryReason | null {
  const isNamed = phrases.USER_UNKNOWN.test(words) || phrases.OWN_DIRECTORY.test(words);
  if (ADDRESS_STATUS.test(status)) {
    const other = phrases.OTHER_REASONS.find(([reason, phrase]) => reason === "blocked" && phrase.test(words));
    return other !== undefined && !isNamed ? "blocked" : "user-unknown";
  }
  if (!isNamed) return null;
  if (phrases.HOST_UNKNOWN.test(words) && !/user|recipient|mailbox/i.test(words)) return null;
  const isCertain = command === "rcpt" || status === PLAIN_STATUS || phrases.OWN_DIRECTORY.test(words);
  return isCertain ? "user-unknown" : "filtered";
}

function byOtherWords(words: string): DeliveryReason | null {
  const other = phrases.OTHER_REASONS.find(([, phrase]) => phrase.test(words))?.[0] ?? null;
  // "Host not found, try again": DNS did not answer, which says nothing of the host.
  return phrases.HOST_UNKNOWN.test(words) && other !== "network" ? "host-unknown" : other;
}

/** RFC 3463, and the registry of enhanced status codes. */
const BY_STATUS: [RegExp, DeliveryReason][] = [
  [/^5\.1\.2$/, "host-unknown"],
  [/^.\.1\.6$|^5\.7\.1[78]$/, "moved"],
  [/^5\.1\.10$/, "accepts-no-mail"],
  [/^.\.2\.2$/, "mailbox-full"],
  [/^.\.2\.3$|^.\.3\.4$/, "too-big"],
  [/^.\.2\./, "filtered"],
  [/^.\.3\.2$/, "accepts-no-mail"],
  [/^.\.3\./, "system"],
  [/^.\.4\.[17]$/, "expired"],
  [/^5\.4\.4$/, "host-unknown"],
  [/^.\.4\./, "network"],
  [/^.\.6\./, "content"],
  [/^.\.7\.2[0-46-9]$/, "unauthenticated"],
  [/^.\.7\.25$/, "reverse-dns"],
  [/^.\.7\./, "security"],
];

function byStatus(status: string, words: string): DeliveryReason {
  const known = BY_STATUS.find(([pattern]) => pattern.test(status))?.[1];
  return known ?? (words.trim() === "" ? "undefined" : "unclear");
}

const ABOUT_ADDRESS = new Set<DeliveryReason>(["user-unknown", "host-unknown", "moved", "accepts-no-mail"]);

/** Whether an address is bad for good. What a server says before RCPT is about us, whatever its words. */
export function isPermanent(reason: DeliveryReason, { status, replyCode, command }: Refusal): boolean {
  if (!ABOUT_ADDRESS.has(reason) || command === "connect" || command === "mail") return false;
  return !status.startsWith("4.") && !(status === "" && replyCode.startsWith("4"));
}

/** Details that RFC 3463 leaves undefined, by which a failure without a status of its own still says why. They are
 *  those that other readers of bounces have long used, so that statistics agree. */
const OWN_DETAILS: Record<DeliveryReason, number> = {
  none: 0,
  undefined: 900,
  unclear: 901,
  syntax: 902,
  relaying: 909,
  filtered: 910,
  "user-unknown": 911,
  "host-unknown": 912,
  moved: 916,
  "sender-rejected": 918,
  suspended: 921,
  "mailbox-full": 922,
  unauthenticated: 926,
  system: 930,
  "accepts-no-mail": 932,
  "too-big": 934,
  network: 944,
  "too-many": 945,
  expired: 947,
  content: 960,
  security: 970,
  blocked: 971,
  policy: 972,
  "reverse-dns": 973,
  spam: 980,
  virus: 981,
};

/** A status for a failure that names none: "5.0.911" where the user is unknown, "4.0.947" where a retry timed out. */
export function ownStatus(reason: DeliveryReason, { replyCode, diagnostic }: Refusal): string {
  // What refuses the sender says nothing of the recipient.
  const detail = /\bafter MAIL FROM\b/i.test(diagnostic) ? OWN_DETAILS.unclear : OWN_DETAILS[reason];
  return `${isTemporary(replyCode, diagnostic) ? 4 : 5}.0.${detail}`;
}

/** Exim gives up with what it met last, which was temporary: "retry timeout exceeded". */
function isTemporary(replyCode: string, diagnostic: string): boolean {
  if (replyCode !== "") return replyCode.startsWith("4");
  const words = diagnostic.slice(0, JUDGED_CHARACTERS);
  return /temporar|(?<!delivery )retry time|failing for a long time/i.test(words);
}
