import type { DeskId } from "@permanence/database";
import type { MailProtection } from "@permanence/mail";
import type { Instant } from "@permanence/kernel";
import type { ColumnType, Generated } from "kysely";
import type { DeskWeights } from "@permanence/triage";
import type { TicketSnooze } from "./snooze.ts";
import type { TicketTriage } from "./ticket-triage.ts";
import type { TriageTable } from "./triage-table.ts";
import type { KeptInvitation } from "./message-forms.ts";

export type TicketState = "new" | "open" | "waiting" | "on-hold" | "closed";
export type ClosedAs = "solved" | "workaround" | "duplicate" | "not-a-request";
export type Priority = "urgent" | "high" | "normal" | "low";
export type MessageKind = "customer" | "agent" | "note";

export const PRIORITIES = ["urgent", "high", "normal", "low"] as const satisfies Priority[];

export type TicketRow = {
  desk_id: DeskId;
  ticket_id: string;
  number: number;
  subject: string;
  state: TicketState;
  closed_as: ClosedAs | null;
  closed_at: Instant | null;
  state_before_closing: Exclude<TicketState, "closed"> | null;
  priority: Priority;
  priority_reason: string;
  language: string;
  contact_id: string;
  organisation_id: string | null;
  assignee_id: string | null;
  team_id: string | null;
  /** As they were given: one may have been merged into another since. */
  tag_ids: string[];
  snooze: TicketSnooze | null;
  /** When it comes back at the latest: never after the alarm of a clock that runs. */
  snoozed_until: Instant | null;
  /** A clock that runs is past its end. */
  is_late: boolean;
  /** "history": from before the desk took over; closed for good, and without clocks. */
  source: "mail" | "agent" | "history" | "form";
  received_at: Instant;
  linked_ticket_id: string | null;
  reply_token: string;
  queue_at: Instant;
  triage: TicketTriage | null;
  to_be_classified: boolean;
  updated_at: Instant;
  version: number;
  event_count: number;
  event_digest: Buffer;
};

export type MessageRow = {
  desk_id: DeskId;
  message_id: string;
  ticket_id: string;
  kind: MessageKind;
  at: Instant;
  from_name: string;
  from_address: string;
  agent_id: string | null;
  text: string;
  reply: string;
  html_sha256: Buffer | null;
  inbound_mail_id: string | null;
  outgoing_mail_id: string | null;
  invitation: KeptInvitation | null;
  protection: MailProtection | null;
  recipients: Recipients | null;
};

/** Whom a message was sent to, where that was said. */
export type Recipients = { to: string[]; cc: string[]; bcc: string[] };

export type AttachmentRow = {
  desk_id: DeskId;
  message_id: string;
  position: number;
  name: string;
  type: string;
  size_bytes: number;
  sha256: Buffer;
  inline: boolean;
  content_id: string | null;
};

export type TicketEventRow = {
  desk_id: DeskId;
  ticket_id: string;
  sequence: number;
  at: Instant;
  type: string;
  actor: string;
  data: ColumnType<Record<string, unknown> | null, string | null, string | null>;
  salt: Buffer | null;
  content_digest: Buffer;
  digest: Buffer;
};

/** Columns with a value of their own where none is given. */
type AddedLater = "triage" | "to_be_classified" | "team_id" | "tag_ids" | "snooze" | "snoozed_until" | "is_late";

declare module "@permanence/database" {
  interface Tables {
    ticket: Omit<TicketRow, AddedLater> & {
      team_id: Generated<string | null>;
      tag_ids: Generated<string[]>;
      snooze: Generated<TicketSnooze | null>;
      snoozed_until: Generated<Instant | null>;
      is_late: Generated<boolean>;
      triage: Generated<TicketTriage | null>;
      to_be_classified: Generated<boolean>;
    };
    triage_desk: {
      desk_id: DeskId;
      weights: ColumnType<DeskWeights | null, string | undefined, string>;
      learned: Generated<number>;
      questions: ColumnType<TriageTable | null, string | undefined, string>;
      questions_version: Generated<number>;
    };
    message: MessageRow;
    attachment: AttachmentRow;
    ticket_event: TicketEventRow;
  }
}
