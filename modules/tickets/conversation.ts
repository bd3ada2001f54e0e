import { type DeskId, putBlob, type Tx } from "@permanence/database";
import { type Instant, newId } from "@permanence/kernel";
import type { InboundMailRow, MailAttachment, ReadMail } from "@permanence/mail";
import { rawMail } from "./raw-mail.ts";
import { wakeTicket } from "./snooze.ts";
import type { TicketChange } from "./ticket-change.ts";
import type { AttachmentRow, MessageKind, MessageRow, Recipients } from "./ticket-tables.ts";

export type NewMessage = {
  /** Where it is known beforehand; a new one otherwise. */
  messageId?: string | null;
  kind: MessageKind;
  at: Instant;
  from: { name: string; address: string };
  agentId: string | null;
  text: string;
  /** What the person newly wrote, apart from quotes and signature. */
  reply: string;
  html: string | null;
  attachments: MailAttachment[];
  inboundMail: Pick<InboundMailRow, "inbound_mail_id" | "sha256"> | null;
  outgoingMailId: string | null;
  /** Of what an agent sent; null or missing: to the customer alone. */
  recipients?: Recipients | null;
  /** Of a mail. */
  forms?: Pick<ReadMail, "invitation" | "protection">;
};

/** Adds a message to the ticket under change, which writes it when it is saved. Contents are kept by their hash at once. */
export function addMessage(tx: Tx, change: TicketChange, message: NewMessage): MessageRow {
  const { desk_id: deskId, ticket_id } = change.ticket;
  const row: MessageRow = {
    desk_id: deskId,
    message_id: message.messageId ?? newId(change.world),
    ticket_id,
    kind: message.kind,
    at: message.at,
    from_name: message.from.name,
    from_address: message.from.address,
    agent_id: message.agentId,
    text: message.text,
    reply: message.reply,
    html_sha256: message.html === null ? null : putBlob(tx, deskId, Buffer.from(message.html)),
    inbound_mail_id: message.inboundMail?.inbound_mail_id ?? null,
    outgoing_mail_id: message.outgoingMailId,
    invitation: message.forms?.invitation ?? null,
    protection: message.forms?.protection ?? null,
    recipients: message.recipients ?? null,
  };
  change.addMessage(row, keepAttachments(tx, deskId, row.message_id, message.attachments));
  const ofAgent = message.agentId === null ? "desk" : `agent:${message.agentId}`; // Of history nobody knows which.
  const actor = message.kind === "customer" && message.agentId === null ? "customer" : ofAgent;
  const raw = message.inboundMail === null ? {} : rawMail(message.inboundMail);
  change.record("message", actor, { messageId: row.message_id, kind: row.kind, at: row.at, ...raw });
  if (actor === "customer") wakeTicket(change, actor, "customer");
  return row;
}

function keepAttachments(tx: Tx, deskId: DeskId, messageId: string, attachments: MailAttachment[]): AttachmentRow[] {
  return attachments.map((attachment, position) => ({
    desk_id: deskId,
    message_id: messageId,
    position,
    name: attachment.name,
    type: attachment.type,
    size_bytes: attachment.sizeBytes,
    sha256: putBlob(tx, deskId, attachment.bytes),
    inline: attachment.inline,
    content_id: attachment.contentId,
  }));
}
