import type { Instant } from "@permanence/kernel";

/** What became of a mail for one recipient. `feedback`: its reader complained, or wants no more of it. */
export type DeliveryOutcome = "failed" | "delayed" | "delivered" | "relayed" | "expanded" | "feedback";

/** What a report says of one recipient. */
export type Delivery = {
  /** Whom the mail was sent to, as far as the report knows: before aliases and forwarding, where it says both. */
  recipient: string;
  outcome: DeliveryOutcome;
  /** RFC 3463: "5.1.1". Of a failure that names none, one of ours that says why: see `report-reason.ts`. */
  status: string;
  /** RFC 5321, section 4.2: "550"; empty where no reply is given, or one that contradicts the status. */
  replyCode: string;
  /** The address is bad for good: nobody is known there, moved away, no such host. A mailbox that is full, or a
   *  server that takes us for spam, refuses this mail and not the next. */
  permanent: boolean;
  reason: DeliveryReason;
  /** RFC 3464, section 2.3.2; empty where it is none of its fields. */
  finalRecipient: string;
  /** RFC 3464, section 2.3.1. */
  originalRecipient: string;
  /** The words of the system that refused, or took it, on one line. */
  diagnostic: string;
  /** RFC 3464, section 2.3.5: the host whose words they are; empty where it is not named. */
  remoteMta: string;
  /** RFC 3464, section 2.3.7: when it was tried for the last time. */
  lastAttemptDate: Instant | null;
};

/** Why, in one word; "none" where nothing failed. */
export type DeliveryReason =
  | "none"
  | "undefined"
  | "unclear"
  | "user-unknown"
  | "host-unknown"
  | "moved"
  | "accepts-no-mail"
  | "filtered"
  | "suspended"
  | "mailbox-full"
  | "too-big"
  | "relaying"
  | "sender-rejected"
  | "unauthenticated"
  | "reverse-dns"
  | "policy"
  | "blocked"
  | "spam"
  | "virus"
  | "content"
  | "syntax"
  | "security"
  | "expired"
  | "network"
  | "too-many"
  | "system";

/** RFC 8098, section 3.2.6: what a reader's program did with a mail. */
export type Disposition = {
  /** Lower case: "displayed", "deleted", "dispatched", "processed", "denied", "failed". */
  type: string;
  /** Whether a person did it, or a program by itself. */
  manual: boolean;
  finalRecipient: string;
  originalRecipient: string;
};

/** What a report says beside its recipients. */
export type MailReport = {
  /** `delivery` also stands for reports whose form no RFC describes. */
  about: "delivery" | "disposition" | "feedback";
  /** RFC 3464, section 2.2.2; empty where it is not said. */
  reportingMta: string;
  /** RFC 3464, section 2.2.1: what was given to SMTP as ENVID, decoded. */
  envelopeId: string | null;
  /** The Message-ID of the mail that this is about, without brackets: from the mail that is given back, or named. */
  originalMessageId: string | null;
  /** Of a disposition report. */
  disposition: Disposition | null;
  /** RFC 5965, section 3.1: "abuse", "fraud", "opt-out", "auth-failure"; of a complaint. */
  feedbackType: string | null;
};

export type Reading = { report: MailReport; delivery: Delivery[] };
