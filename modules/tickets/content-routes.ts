import { createRoute, z } from "@hono/zod-openapi";
import { type DeskId, readBlob, type Tx } from "@permanence/database";
import { mailFrameDocument, mailFramePolicy, type SafePage, type Sanitiser, SANITISER_VERSION } from "@permanence/mail";
import { type ApiContext, apiRouter, problem, problems } from "@permanence/people";
import { findMessage, listAttachments } from "./message-store.ts";
import { PageCache } from "./page-cache.ts";
import { findTicket } from "./ticket-store.ts";
import type { AttachmentRow } from "./ticket-tables.ts";

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
export function contentRoutes(sanitiser: Sanitiser) {
  const routes = apiRouter();
  const pages = new PageCache<SafePage>(ROOM_FOR_PAGES_BYTES);

  routes.openapi(htmlRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, messageId } = c.req.valid("param");
    const remote = c.req.valid("query").remote === "1";
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const message = await findMessage(tx, deskId, id, messageId);
      if (message === null || message.html_sha256 === null) return null;
      const bytes = await readBlob(tx, deskId, message.html_sha256);
      if (bytes === null) return null;
      const html = bytes.toString("utf8");
      const attachments = await listAttachments(tx, deskId, [messageId]);
      const ticket = await findTicket(tx, deskId, id);
      return { language: ticket!.language, html, pictures: await picturesIn(html, attachments, tx, deskId) };
    });
    if (found === null) return noSuchContent(c);
    const key = `${messageId} ${remote} ${SANITISER_VERSION}`; // A message never changes.
    const clean = pages.get(key) ?? (await sanitiser.sanitise(found.html, { remote, images: found.pictures }));
    if ("refused" in clean) return notShown(c, clean.refused);
    pages.set(key, clean, 2 * clean.html.length);
    c.header("content-security-policy", mailFramePolicy({ remote }));
    c.header("x-blocked-remote", String(clean.blockedRemote));
    c.header("cache-control", "private, max-age=300");
    return c.html(mailFrameDocument(clean.html, { language: found.language }), 200);
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

const ROOM_FOR_PAGES_BYTES = 16 * 1024 * 1024;

function notShown(c: ApiContext, reason: string) {
  const elsewhere = "Its text is in the conversation, its bytes under the mail.";
  return problem(c, 422, "Not shown", `This mail's HTML could not be made safe to show: ${reason} ${elsewhere}`);
}

/** Pictures that no browser runs as a program; SVG is not among them. */
const SHOWN_PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** The type that a sender declares is believed for these pictures only, and nothing may be guessed from the bytes. */
function attachmentHeaders({ name, type }: AttachmentRow, inline: boolean): Record<string, string> {
  const isPicture = SHOWN_PICTURES.has(type);
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  ); // RFC 8187
  return {
    "content-type": isPicture ? type : "application/octet-stream",
    "content-disposition": `${inline && isPicture ? "inline" : "attachment"}; filename*=UTF-8''${encoded}`,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=3600",
  };
}

/** What one page may carry of its own pictures; those past it are attachments like others. */
const MOST_PICTURE_BYTES = 10_000_000;

/** The pictures that the page shows of its own mail, as `data:` addresses: its frame has no origin, so no cookie goes
 *  with what it fetches (seen in Chromium), and its policy lets it fetch nothing of ours anyway. */
async function picturesIn(
  html: string,
  attachments: AttachmentRow[],
  tx: Tx,
  deskId: DeskId,
): Promise<Record<string, string>> {
  const pictures: Record<string, string> = {};
  let left = MOST_PICTURE_BYTES;
  for (const { content_id: id, type, sha256, size_bytes: size } of attachments) {
    if (id === null || !SHOWN_PICTURES.has(type) || size > left || !html.includes(id)) continue;
    const bytes = await readBlob(tx, deskId, sha256);
    if (bytes === null) continue;
    pictures[id] = `data:${type};base64,${bytes.toString("base64")}`;
    left -= size;
  }
  return pictures;
}

function noSuchContent(c: ApiContext) {
  return problem(c, 404, "Not found", "There is no such message or attachment on this ticket.");
}
