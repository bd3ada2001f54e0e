import { createRoute, z } from "@hono/zod-openapi";
import { readBlob } from "@permanence/database";
import { apiRouter, problems } from "@permanence/people";
import { attachmentHeaders, noSuchContent } from "./mail-content.ts";
import { readMessagePage, type ShowMessagePage } from "./message-page.ts";
import { findMessage, listAttachments } from "./message-store.ts";
import { findTicket } from "./ticket-store.ts";

const Message = z.object({ id: z.uuid(), messageId: z.uuid() });
const Flag = z.enum(["0", "1"]).default("0");

const htmlRoute = createRoute({
  method: "get",
  path: "/tickets/{id}/messages/{messageId}/html",
  tags: ["Tickets"],
  summary: "The HTML of a mail, sanitised, for a sandboxed frame",
  request: {
    params: Message,
    query: z.object({ remote: Flag.openapi({ description: "1: load pictures from elsewhere" }) }),
  },
  responses: {
    200: {
      description: "A document; X-Blocked-Remote counts what was not loaded.",
      content: { "text/html": { schema: z.string() } },
    },
    ...problems(404, 422),
  },
});

const attachmentRoute = createRoute({
  method: "get",
  path: "/tickets/{id}/messages/{messageId}/attachments/{position}",
  tags: ["Tickets"],
  summary: "An attachment's bytes",
  request: {
    params: Message.extend({ position: z.coerce.number().int().min(0).max(100_000) }),
    query: z.object({ inline: Flag.openapi({ description: "1: to be shown, where it is a picture" }) }),
  },
  responses: {
    200: { description: "The bytes.", content: { "application/octet-stream": { schema: z.string() } } },
    ...problems(404),
  },
});

/** What came from outside and is shown or handed on: never as a page of ours. */
export function contentRoutes(showPage: ShowMessagePage) {
  const routes = apiRouter();

  routes.openapi(htmlRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, messageId } = c.req.valid("param");
    const page = await c.get("db").transaction(deskId, async (tx) => {
      const message = await findMessage(tx, deskId, id, messageId);
      return message && readMessagePage(tx, deskId, message, (await findTicket(tx, deskId, id))!.language);
    });
    return page === null ? noSuchContent(c) : showPage(c, page, c.req.valid("query").remote === "1");
  });

  routes.openapi(attachmentRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, messageId, position } = c.req.valid("param");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findMessage(tx, deskId, id, messageId)) === null) return null;
      const attachment = (await listAttachments(tx, deskId, [messageId])).find((each) => each.position === position);
      const bytes = attachment ? await readBlob(tx, deskId, attachment.sha256) : null;
      return attachment && bytes && { attachment, bytes };
    });
    if (!found) return noSuchContent(c);
    const { attachment, bytes } = found;
    return c.body(new Uint8Array(bytes), 200, attachmentHeaders(attachment, c.req.valid("query").inline === "1"));
  });

  return routes;
}
