import { z } from "@hono/zod-openapi";
import { instant, toIso } from "@permanence/kernel";
import { AuthenticationView, senderProof, SenderProofView } from "@permanence/mail";
import { IsoText } from "@permanence/people";
import { InvitationView, isMessageFile, ProtectionView, showInvitation } from "./message-forms.ts";
import type { ListedEvent, ListedMessage } from "./message-store.ts";
import type { AttachmentRow, MessageRow } from "./ticket-tables.ts";

const AttachmentView = z
  .object({
    position: z.number(),
    name: z.string(),
    type: z.string(),
    sizeBytes: z.number(),
    inline: z.boolean(),
    isMessage: z.boolean().openapi({ description: "Whether it can be opened as a message" }),
    url: z.string(),
  })
  .openapi("Attachment");

export const MessageView = z
  .object({
    id: z.string(),
    kind: z.enum(["customer", "agent", "note"]),
    from: z.object({ name: z.string(), address: z.string() }),
    at: IsoText,
    text: z.string(),
    reply: z.string().openapi({ description: "What the person newly wrote, apart from quotes and signature" }),
    hasHtml: z.boolean(),
    inboundMailId: z.string().nullable(),
    outgoingMailId: z.string().nullable(),
    authentication: AuthenticationView.nullable().openapi({ description: "null: nobody checked, or no mail" }),
    sender: SenderProofView.nullable().openapi({ description: "Of a customer's mail; null for all else" }),
    invitation: InvitationView.nullable().openapi({
      description: "What its calendar proposes; believed no more than its words",
    }),
    protection: ProtectionView.nullable(),
    recipients: z
      .object({ to: z.array(z.string()), cc: z.array(z.string()), bcc: z.array(z.string()) })
      .nullable()
      .openapi({ description: "Of what an agent sent; null: the customer alone" }),
    attachments: z.array(AttachmentView),
  })
  .openapi("Message");

export const EventView = z
  .object({
    sequence: z.number(),
    at: IsoText,
    type: z.string(),
    actor: z.object({ kind: z.enum(["customer", "desk", "agent"]), name: z.string() }),
    data: z.record(z.string(), z.unknown()).nullable().openapi({ description: "Null once erased by law" }),
    digest: z.string().openapi({ description: "Hex SHA-256 over this event and the digest before it" }),
  })
  .openapi("TicketEvent");

export function messageView(
  row: MessageRow & Partial<ListedMessage>,
  attachments: AttachmentRow[],
): z.infer<typeof MessageView> {
  const own = attachments.filter((attachment) => attachment.message_id === row.message_id);
  return {
    id: row.message_id,
    kind: row.kind,
    from: { name: row.from_name, address: row.from_address },
    at: toIso(row.at),
    text: row.text,
    reply: row.reply,
    hasHtml: row.html_sha256 !== null,
    inboundMailId: row.inbound_mail_id,
    outgoingMailId: row.outgoing_mail_id,
    authentication: row.authentication ?? null,
    sender: row.inbound_mail_id === null ? null : senderProof(row.authentication ?? null),
    invitation: row.invitation && showInvitation(row.invitation),
    protection: row.protection,
    recipients: row.recipients,
    attachments: own.map((attachment) => attachmentView(row, attachment)),
  };
}

function attachmentView(message: MessageRow, row: AttachmentRow): z.infer<typeof AttachmentView> {
  return {
    position: row.position,
    name: row.name,
    type: row.type,
    sizeBytes: row.size_bytes,
    inline: row.inline,
    isMessage: isMessageFile(row),
    url: attachmentUrl(message, row.position),
  };
}

function attachmentUrl({ ticket_id, message_id }: MessageRow, position: number): string {
  return `/api/v1/tickets/${ticket_id}/messages/${message_id}/attachments/${position}`;
}

/** What is recorded as an instant (`receivedAt`, `dueAt`, `notBefore`) is shown as one, as everywhere in the API. */
function shown(value: unknown, name = ""): unknown {
  if (typeof value === "number" && /(^at|At|Before)$/.test(name)) return toIso(instant(value));
  if (Array.isArray(value)) return value.map((item) => shown(item, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item, key)]));
}

export function eventView(row: ListedEvent): z.infer<typeof EventView> {
  const kind = row.actor.startsWith("agent:") ? "agent" : row.actor === "customer" ? "customer" : "desk";
  return {
    sequence: row.sequence,
    at: toIso(row.at),
    type: row.type,
    actor: { kind, name: row.agent_name ?? "" },
    data: row.data && (shown(row.data) as Record<string, unknown>),
    digest: row.digest.toString("hex"),
  };
}
