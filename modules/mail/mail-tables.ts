import type { DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { Generated } from "kysely";
import type { Authentication } from "./authentication.ts";

/** What an inbound mail was found to be; see the module's README. */
export const INBOUND_MAIL_KINDS = [
  "ticket",
  "reply",
  "report",
  "auto-reply",
  "quarantined",
  "held",
  "duplicate",
] as const;
export type InboundMailKind = (typeof INBOUND_MAIL_KINDS)[number];

export type InboundMailRow = {
  desk_id: DeskId;
  inbound_mail_id: string;
  mailbox_id: string;
  received_at: Instant;
  envelope_from: string;
  envelope_to: string[];
  remote_ip: string;
  helo: string;
  size_bytes: number;
  sha256: Buffer;
  read_at: Instant | null;
  kind: InboundMailKind | null;
  reason: string | null;
  message_id: string | null;
  from_address: string | null;
  from_name: string | null;
  subject: string | null;
  content_sha256: Buffer | null;
  ticket_id: string | null;
  /** Set: it answers in what is discussed with others than the customer, and is no ticket's mail. */
  side_thread_id: string | null;
  duplicate_of: string | null;
  warnings: string[];
  /** Null where nobody checked. */
  authentication: Authentication | null;
  /** From before the desk took the mailbox over. */
  is_history: boolean;
};

type InboundMailTable = Omit<
  InboundMailRow,
  "warnings" | "helo" | "authentication" | "is_history" | "side_thread_id"
> & {
  side_thread_id: Generated<string | null>;
  warnings: Generated<string[]>;
  helo: Generated<string>;
  authentication: Generated<Authentication | null>;
  is_history: Generated<boolean>;
};

/** A mailbox whose mail is fetched by IMAP. */
export type ImapMailboxRow = {
  desk_id: DeskId;
  mailbox_id: string;
  source: string;
  uid_validity: number;
  last_uid: number;
  take_from: Instant;
  to_put_away: number[];
  left_behind: number;
  last_contact_at: Instant | null;
  last_mail_at: Instant | null;
  error: string | null;
  error_since: Instant | null;
  chosen_from: Instant | null;
  history_from: Instant | null;
  history_uid: number;
  history_taken: number;
  history_done: boolean;
};

type Optional<T, K extends keyof T> = Omit<T, K> & { [C in K]: Generated<T[C]> };
type ImapMailboxTable = Optional<
  ImapMailboxRow,
  | ("to_put_away" | "left_behind" | "last_contact_at" | "last_mail_at" | "error" | "error_since")
  | ("chosen_from" | "history_from" | "history_uid" | "history_taken" | "history_done")
>;

export type OutgoingMailPurpose = "notice" | "reply" | "sign-in" | "alert" | "probe" | "page" | "suggestion";
export const OUTGOING_MAIL_STATES = ["queued", "sent", "failed"] as const;
export type OutgoingMailState = (typeof OUTGOING_MAIL_STATES)[number];

/** Which mail goes before which where many wait, and how soon one is tried again. */
export type Urgency = "urgent" | "high" | "usual" | "low";

export type OutgoingMailRow = {
  desk_id: DeskId;
  outgoing_mail_id: string;
  ticket_id: string | null;
  contact_id: string | null;
  /** Set: it is discussed with others than the customer, and is no ticket's mail. */
  side_thread_id: string | null;
  purpose: OutgoingMailPurpose;
  state: OutgoingMailState;
  to_address: string;
  subject: string;
  message_id: string;
  return_token: string;
  envelope_from: string;
  mime_sha256: Buffer;
  created_at: Instant;
  urgency: Urgency;
  attempts: number;
  next_attempt_at: Instant | null;
  last_error: string | null;
  sent_at: Instant | null;
  /** Those that the relay put off, with its words; of very many the last ones. */
  tries: { at: Instant; answer: string }[];
};

/** The rungs that are facts. The others of the ladder (queued, presumed) follow from them and from time. */
export const EVIDENCE_RUNGS = ["handed-over", "delivered", "displayed", "failed"] as const;
export type EvidenceRung = (typeof EVIDENCE_RUNGS)[number];

export type EvidenceRow = {
  desk_id: DeskId;
  evidence_id: string;
  ticket_id: string;
  outgoing_mail_id: string | null;
  rung: EvidenceRung;
  at: Instant;
  dated_at: Instant | null;
  source: string;
  detail: string;
};

declare module "@permanence/database" {
  interface Tables {
    inbound_mail: InboundMailTable;
    imap_mailbox: ImapMailboxTable;
    imap_token: { desk_id: DeskId; mailbox_id: string; sealed: Buffer };
    imap_taken: { desk_id: DeskId; mailbox_id: string; sha256: Buffer };
    outgoing_mail: OutgoingMailRow;
    evidence: EvidenceRow;
  }
}
