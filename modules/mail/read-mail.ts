import type { Instant } from "@permanence/kernel";
import type { Invitation } from "./calendar-invitation.ts";
import type { MailProtection } from "./mime-protection.ts";
import type { Delivery, MailReport } from "./report.ts";

/** What a mail is by its form; whether it belongs to a ticket is for `tickets` to find. */
export type MailForm = "ticket" | "reply" | "report" | "auto-reply";

/** Which machine wrote an automatic mail, where its form says so. */
export type Automatic = "out-of-office" | "challenge" | "list" | "other";

export type MailAddress = {
  /** As it was written, without brackets or comments: "Ann.Peeters@agence.be". */
  address: string;
  /** Decoded; empty where none was given. */
  name: string;
};

export type MailAttachment = {
  /** As the sender wrote it, apart from folders and invisible characters. Only ever shown. */
  name: string;
  /** Lower case, as declared: "image/png". Never believed. */
  type: string;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  /** Part of the page that the HTML draws, rather than a document beside it. */
  inline: boolean;
  /** Without brackets. */
  contentId: string | null;
  bytes: Uint8Array;
};

/** One mail, understood as well as its bytes allow. No string holds U+0000 or half a surrogate pair, which
 *  PostgreSQL would refuse. Ids stand without their angle brackets. */
export type ReadMail = {
  kind: MailForm;
  automatic: Automatic | null;
  /** Of an out-of-office: the day that it names as the end, "2026-12-04", or the first one back. */
  absentUntil: string | null;
  /** Of a report: what it says of each recipient, in its order. Whether to believe it is for others to judge; where
   *  `kind` is no "report", a person sent one on, and there is nothing to believe. */
  delivery: Delivery[];
  /** Of a report: what else it says; null where `delivery` is of none. */
  report: MailReport | null;
  from: MailAddress | null;
  replyTo: MailAddress[];
  to: MailAddress[];
  cc: MailAddress[];
  /** Empty where there is none. */
  subject: string;
  /** What the sender's clock said; null where it is missing or no date. */
  date: Instant | null;
  messageId: string | null;
  inReplyTo: string | null;
  references: string[];
  /** All of it; made from the HTML where there is no text. */
  text: string;
  /** What the person newly wrote, apart from quotes and signature. */
  reply: string;
  /** As it came, unsanitised; null where there is none. */
  html: string | null;
  attachments: MailAttachment[];
  /** What a calendar's invitation proposes; null where there is none. */
  invitation: Invitation | null;
  /** Null for what is neither signed nor encrypted. An encrypted mail's text is empty, apart from what others put
   *  beside it; a warning says so. */
  protection: MailProtection | null;
  /** One of the languages that were asked for. */
  language: string;
  /** Sentences: what was broken and how it was read. */
  warnings: string[];
  /** Hex, over the bytes without trace headers: the same message by two ways has the same. */
  contentSha256: string;
  /** The topmost Authentication-Results field as it stands, whoever wrote it; null where there is none. */
  authenticationResults: string | null;
  /** Header fields that others need, by lower-case name, first to last, decoded. */
  headers: Partial<Record<HeaderOfInterest, string[]>>;
};

export const HEADERS_OF_INTEREST = [
  "auto-submitted",
  "content-language",
  "delivered-to",
  "disposition-notification-to",
  "dkim-signature",
  "errors-to",
  "importance",
  "list-id",
  "list-post",
  "list-unsubscribe",
  "original-recipient",
  "precedence",
  "priority",
  "return-path",
  "return-receipt-to",
  "sender",
  "thread-index",
  "thread-topic",
  "x-auto-response-suppress",
  "x-autoreply",
  "x-loop",
  "x-mailer",
  "x-original-to",
  "x-priority",
  "x-spam-flag",
] as const;
export type HeaderOfInterest = (typeof HEADERS_OF_INTEREST)[number];

/** Bytes that no reading within the limits is possible for. */
export type Unreadable = {
  /** One sentence for people: which limit, or what happened. */
  unreadable: string;
};

/** What a reading depends on beside the bytes. */
export type ReadingChoice = {
  /** The languages to choose from, ISO 639-1. */
  languages: readonly string[];
  /** The best guess without the text first. */
  prior: readonly string[];
  /** The envelope's sender; "" is the null sender, left out where it is unknown. */
  envelopeFrom?: string;
};
