import type { DeskId } from "@permanence/database";
import type { MailProtection } from "@permanence/mail";
import type { Instant } from "@permanence/kernel";
import type { ColumnType, Generated } from "kysely";
import type { DeskWeights } from "@permanence/triage";
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

declare module "@permanence/database" {
  interface Tables {
    ticket: Omit<TicketRow, "triage" | "to_be_classified"> & {
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
