import { createRoute, z } from "@hono/zod-openapi";
import { readBlob } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import { mailFrameDocument, mailFramePolicy, OUTGOING_MAIL_STATES, type Sanitiser } from "@permanence/mail";
import { type ApiContext, apiRouter, IsoText, json, problem, problems } from "@permanence/people";
import { attachmentHeaders, noSuchContent, notShown, picturesIn } from "./mail-content.ts";
import {
  findSideMessage,
  findSideThread,
  listSideAttachments,
  listSideDeliveries,
  listSideMessages,
  listSideThreads,
  noteSideSeen,
  type SideAttachmentRow,
  type SideMessageRow,
  type SideThreadRow,
} from "./side-store.ts";
import { findTicket, ticketExists } from "./ticket-store.ts";

const tags = ["Beside tickets"];
const Thread = z.object({ id: z.uuid(), threadId: z.uuid() });
const Message = Thread.extend({ messageId: z.uuid() });

const SideMessageView = z
  .object({
    id: z.string(),
    kind: z.enum(["agent", "partner"]),
    from: z.object({ name: z.string(), address: z.string() }),
    at: IsoText,
    text: z.string(),
    reply: z.string().openapi({ description: "What the person newly wrote, apart from quotes and signature" }),
    hasHtml: z.boolean(),
    inboundMailId: z.string().nullable(),
    recipients: z.object({ to: z.array(z.string()), cc: z.array(z.string()), bcc: z.array(z.string()) }).nullable(),
    attachments: z.array(
      z.object({
        ...{ position: z.number(), name: z.string(), type: z.string(), sizeBytes: z.number() },
        ...{ inline: z.boolean(), isMessage: z.literal(false), url: z.string() },
      }),
    ),
  })
  .openapi("SideMessage");

const SideThreadView = z
  .object({
    id: z.string(),
    subject: z.string(),
    openedAt: IsoText,
    isNew: z.boolean().openapi({ description: "An answer came that nobody has looked at" }),
    partners: z.array(
      z.object({ address: z.string(), state: z.enum(OUTGOING_MAIL_STATES), error: z.string().nullable() }),
    ),
    messages: z.array(SideMessageView),
  })
  .openapi("SideThread");

const listRoute = createRoute({
  ...{
    method: "get",
    path: "/tickets/{id}/side-threads",
    tags,
    summary: "What is discussed with others than the customer",
  },
  description: "Customers see nothing of it, and no clock of theirs moves by it.",
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: json(z.object({ items: z.array(SideThreadView) }), "All of it."), ...problems(404) },
});
const seenRoute = createRoute({
  ...{ method: "put", path: "/tickets/{id}/side-threads/{threadId}/seen", tags, summary: "Say that you have read it" },
  request: { params: Thread },
  responses: { 204: { description: "It is not new any more." }, ...problems(404) },
});
const html = { "text/html": { schema: z.string() } };
const htmlRoute = createRoute({
  ...{ method: "get", path: "/tickets/{id}/side-threads/{threadId}/messages/{messageId}/html", tags },
  summary: "The HTML of a message beside a ticket, sanitised, for a sandboxed frame",
  request: { params: Message },
  responses: { 200: { description: "A document.", content: html }, ...problems(404, 422) },
});
const fileRoute = createRoute({
  ...{ method: "get", path: "/tickets/{id}/side-threads/{threadId}/messages/{messageId}/attachments/{position}", tags },
  summary: "An attachment's bytes",
  request: { params: Message.extend({ position: z.coerce.number().int().min(0).max(100_000) }) },
  responses: {
    200: { description: "The bytes.", content: { "application/octet-stream": { schema: z.string() } } },
    ...problems(404),
  },
});

/** What is discussed with others than the customer: for agents alone. It is written as drafts are (`side`). */
export function sideRoutes(sanitiser: Sanitiser) {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      if (!(await ticketExists(tx, deskId, id))) return null;
      const threads = await listSideThreads(tx, deskId, id);
      const ids = threads.map(({ side_thread_id }) => side_thread_id);
      const messages = await listSideMessages(tx, deskId, ids);
      const messageIds = messages.map(({ side_message_id }) => side_message_id);
      const attachments = await listSideAttachments(tx, deskId, messageIds);
      return { threads, messages, attachments, deliveries: await listSideDeliveries(tx, deskId, ids) };
    });
    if (found === null) return problem(c, 404, "Not found", "There is no such ticket on this desk.");
    const items = found.threads.map((thread) => threadView(thread, found));
    return c.json({ items }, 200);
  });

  routes.openapi(seenRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, threadId } = c.req.valid("param");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findSideThread(tx, deskId, id, threadId)) === null) return false;
      await noteSideSeen(tx, deskId, threadId, c.get("world").clock.now());
      return true;
    });
    return found ? c.body(null, 204) : noSuchThread(c);
  });

  routes.openapi(htmlRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, threadId, messageId } = c.req.valid("param");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const thread = await findSideThread(tx, deskId, id, threadId);
      const message = thread && (await findSideMessage(tx, deskId, messageId));
      if (!message || message.side_thread_id !== threadId || message.html_sha256 === null) return null;
      const bytes = await readBlob(tx, deskId, message.html_sha256);
      if (bytes === null) return null;
      const page = bytes.toString("utf8");
      const files = await listSideAttachments(tx, deskId, [messageId]);
      const pictures = files.map(({ content_id: contentId, type, size_bytes: sizeBytes, sha256 }) => ({
        ...{ contentId, type, sizeBytes },
        read: () => readBlob(tx, deskId, sha256),
      }));
      const { language } = (await findTicket(tx, deskId, id))!;
      return { page, language, pictures: await picturesIn(page, pictures) };
    });
    if (found === null) return noSuchContent(c);
    const clean = await sanitiser.sanitise(found.page, { remote: false, images: found.pictures });
    if ("refused" in clean) return notShown(c, clean.refused);
    c.header("content-security-policy", mailFramePolicy({ remote: false }));
    c.header("x-blocked-remote", String(clean.blockedRemote));
    c.header("cache-control", "private, max-age=300");
    return c.html(mailFrameDocument(clean.html, { language: found.language }), 200);
  });

  routes.openapi(fileRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, threadId, messageId, position } = c.req.valid("param");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const thread = await findSideThread(tx, deskId, id, threadId);
      const message = thread && (await findSideMessage(tx, deskId, messageId));
      if (!message || message.side_thread_id !== threadId) return null;
      const file = (await listSideAttachments(tx, deskId, [messageId])).find((each) => each.position === position);
      const bytes = file ? await readBlob(tx, deskId, file.sha256) : null;
      return file && bytes && { file, bytes };
    });
    if (!found) return noSuchContent(c);
    return c.body(new Uint8Array(found.bytes), 200, attachmentHeaders(found.file, false));
  });

  return routes;
}

type Deliveries = Awaited<ReturnType<typeof listSideDeliveries>>;
type Found = { messages: SideMessageRow[]; attachments: SideAttachmentRow[]; deliveries: Deliveries };

function threadView(thread: SideThreadRow, found: Found): z.infer<typeof SideThreadView> {
  const { side_thread_id: id, subject, opened_at, heard_at, seen_at } = thread;
  const own = found.messages.filter(({ side_thread_id }) => side_thread_id === id);
  const partners = found.deliveries.filter(({ side_thread_id }) => side_thread_id === id);
  return {
    ...{
      id,
      subject,
      openedAt: toIso(opened_at),
      isNew: heard_at !== null && (seen_at === null || seen_at < heard_at),
    },
    partners: partners.map(({ to_address, state, last_error }) => ({ address: to_address, state, error: last_error })),
    messages: own.map((message) => messageView(thread, message, found.attachments)),
  };
}

function messageView(thread: SideThreadRow, row: SideMessageRow, attachments: SideAttachmentRow[]) {
  const base = `/api/v1/tickets/${thread.ticket_id}/side-threads/${thread.side_thread_id}/messages/${row.side_message_id}`;
  return {
    ...{ id: row.side_message_id, kind: row.kind, from: { name: row.from_name, address: row.from_address } },
    ...{ at: toIso(row.at), text: row.text, reply: row.reply, hasHtml: row.html_sha256 !== null },
    ...{ inboundMailId: row.inbound_mail_id, recipients: row.recipients },
    attachments: attachments
      .filter(({ side_message_id }) => side_message_id === row.side_message_id)
      .map(({ position, name, type, size_bytes: sizeBytes, inline }) => ({
        ...{ position, name, type, sizeBytes, inline, isMessage: false as const },
        url: `${base}/attachments/${position}`,
      })),
  };
}

function noSuchThread(c: ApiContext) {
  return problem(c, 404, "Not found", "There is no such discussion beside this ticket.");
}
