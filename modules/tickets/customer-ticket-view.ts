import { z } from "@hono/zod-openapi";
import { type Instant, toIso } from "@permanence/kernel";
import { IsoText } from "@permanence/people";
import type { CustomerClocks } from "./customer-clock.ts";
import type { CustomerMessageRow, CustomerTicketRow } from "./customer-tickets.ts";
import { type RatingStanding, RatingView } from "./rating-view.ts";
import { REOPENS_WITHIN_MS } from "./ticket-state.ts";
import { type AttachmentRow, PRIORITIES } from "./ticket-tables.ts";

export const CustomerTicketLine = z
  .object({
    ...{ number: z.int(), subject: z.string(), state: z.enum(["new", "open", "waiting", "on-hold", "closed"]) },
    priority: z.enum(PRIORITIES),
    receivedAt: IsoText,
    closedAt: IsoText.nullable(),
    isOwn: z.boolean().openapi({ description: "Not a colleague's" }),
    contactName: z.string(),
    lastAt: IsoText.openapi({ description: "When somebody last wrote" }),
    lastBy: z.enum(["customer", "agent"]),
    preview: z.string(),
  })
  .openapi("CustomerTicketLine");

const CustomerAttachment = z
  .object({
    ...{ position: z.int(), name: z.string(), type: z.string(), sizeBytes: z.int(), inline: z.boolean() },
    url: z.string(),
  })
  .openapi("CustomerAttachment");

const CustomerMessage = z
  .object({
    id: z.string(),
    by: z.enum(["customer", "agent"]),
    name: z.string().openapi({ description: "A customer's address where they gave no name" }),
    at: IsoText,
    text: z.string(),
    reply: z.string().openapi({ description: "What the person newly wrote, apart from quotes and signature" }),
    html: z.string().nullable().openapi({ description: "Where its HTML is, for a sandboxed frame" }),
    attachments: z.array(CustomerAttachment),
  })
  .openapi("CustomerMessage");

export const CustomerTicket = CustomerTicketLine.extend({
  version: z.int().openapi({ description: "The ETag: for If-Match" }),
  answering: z.enum(["open", "reopens", "new-ticket", "read-only"]).openapi({
    description: "What a reply does. new-ticket: it is closed for longer than 14 days; read-only: it is history",
  }),
  clock: z.object({ notifiedAt: IsoText.nullable(), dueAt: IsoText.nullable(), sentences: z.array(z.string()) }),
  rating: RatingView.nullable().openapi({ description: "null: nobody asks" }),
  messages: z.array(CustomerMessage),
}).openapi("CustomerTicket");

const PREVIEW_LENGTH = 140;

export function customerTicketLine(row: CustomerTicketRow): z.infer<typeof CustomerTicketLine> {
  return {
    ...{ number: row.number, subject: row.subject, state: row.state, priority: row.priority, isOwn: row.is_own },
    ...{ receivedAt: toIso(row.received_at), closedAt: row.closed_at === null ? null : toIso(row.closed_at) },
    ...{ contactName: row.contact_name, lastAt: toIso(row.last_at), lastBy: row.last_kind },
    preview: row.preview.replace(/\s+/g, " ").trim().slice(0, PREVIEW_LENGTH),
  };
}

type Shown = {
  messages: CustomerMessageRow[];
  attachments: AttachmentRow[];
  clocks: CustomerClocks;
  rating: RatingStanding | null;
  now: Instant;
};

export function customerTicket(row: CustomerTicketRow, shown: Shown): z.infer<typeof CustomerTicket> {
  const { notifiedAt, dueAt, sentences } = shown.clocks;
  return {
    ...customerTicketLine(row),
    version: row.version,
    answering: answeringOf(row, shown.now),
    clock: { notifiedAt: isoOrNull(notifiedAt), dueAt: isoOrNull(dueAt), sentences },
    rating: shown.rating,
    messages: shown.messages.map((message) => customerMessage(row.number, message, shown.attachments)),
  };
}

/** The same as a reply by mail does (mail-filing.ts). */
export function answeringOf(
  { source, closed_at }: Pick<CustomerTicketRow, "source" | "closed_at">,
  now: Instant,
): z.infer<typeof CustomerTicket>["answering"] {
  if (source === "history") return "read-only";
  if (closed_at === null) return "open";
  return now - closed_at <= REOPENS_WITHIN_MS ? "reopens" : "new-ticket";
}

function customerMessage(number: number, row: CustomerMessageRow, attachments: AttachmentRow[]) {
  const path = `/api/v1/my/tickets/${number}/messages/${row.message_id}`;
  return {
    id: row.message_id,
    by: row.kind as "customer" | "agent",
    name: row.from_name || (row.customer_address ?? ""),
    at: toIso(row.at),
    ...{ text: row.text, reply: row.reply, html: row.html_sha256 === null ? null : `${path}/html` },
    attachments: attachments
      .filter(({ message_id }) => message_id === row.message_id)
      .map(({ position, name, type, size_bytes: sizeBytes, inline }) => ({
        ...{ position, name, type, sizeBytes, inline, url: `${path}/attachments/${position}` },
      })),
  };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}
