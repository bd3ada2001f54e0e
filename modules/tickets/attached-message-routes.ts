import { createRoute, z } from "@hono/zod-openapi";
import { readBlob } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import {
  mailFrameDocument,
  mailFramePolicy,
  type MailAttachment,
  type MailReader,
  type ReadMail,
  type Sanitiser,
} from "@permanence/mail";
import { type ApiContext, apiRouter, deskOf, IsoText, json, problem, problems } from "@permanence/people";
import { attachmentHeaders, noSuchContent, notShown, picturesIn } from "./mail-content.ts";
import { InvitationView, isMessageFile, ProtectionView, showInvitation } from "./message-forms.ts";
import { findMessage, listAttachments } from "./message-store.ts";

const DEEPEST = 8;

const Flag = z.enum(["0", "1"]).default("0");
const Position = z.coerce.number().int().min(0).max(100_000);
const Place = z.object({ id: z.uuid(), messageId: z.uuid(), position: Position });
const Inside = z.object({
  in: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})*$/)
    .optional()
    .openapi({ description: 'Of a message within that message: its position there, and so on, such as "2.0"' }),
});

const AttachedMessage = z
  .object({
    from: z.object({ name: z.string(), address: z.string() }).nullable(),
    to: z.array(z.object({ name: z.string(), address: z.string() })),
    cc: z.array(z.object({ name: z.string(), address: z.string() })),
    subject: z.string(),
    date: IsoText.nullable().openapi({ description: "What its sender's clock said" }),
    text: z.string(),
    hasHtml: z.boolean(),
    invitation: InvitationView.nullable(),
    protection: ProtectionView.nullable(),
    attachments: z.array(
      z.object({
        position: z.number().int(),
        name: z.string(),
        type: z.string(),
        sizeBytes: z.number().int(),
        inline: z.boolean(),
        isMessage: z.boolean(),
      }),
    ),
    warnings: z.array(z.string()),
  })
  .openapi("AttachedMessage");

const PATH = "/tickets/{id}/messages/{messageId}/attachments/{position}/message";

const showRoute = createRoute({
  method: "get",
  path: PATH,
  tags: ["Tickets"],
  summary: "A message that is attached to a mail, opened",
  request: { params: Place, query: Inside },
  responses: { 200: json(AttachedMessage, "The message. Nothing proves who wrote it."), ...problems(404, 422) },
});

const htmlRoute = createRoute({
  method: "get",
  path: `${PATH}/html`,
  tags: ["Tickets"],
  summary: "The HTML of an attached message, sanitised, for a sandboxed frame",
  request: { params: Place, query: Inside.extend({ remote: Flag }) },
  responses: {
    200: { description: "A document.", content: { "text/html": { schema: z.string() } } },
    ...problems(404, 422),
  },
});

const fileRoute = createRoute({
  method: "get",
  path: `${PATH}/attachments/{inner}`,
  tags: ["Tickets"],
  summary: "The bytes of an attachment of an attached message",
  request: { params: Place.extend({ inner: Position }), query: Inside.extend({ inline: Flag }) },
  responses: {
    200: { description: "The bytes.", content: { "application/octet-stream": { schema: z.string() } } },
    ...problems(404, 422),
  },
});

/** Messages that mails carry as attachments, read and shown by the same rules as the mails themselves. */
export function attachedMessageRoutes({ sanitiser, reader }: { sanitiser: Sanitiser; reader: MailReader }) {
  const routes = apiRouter();

  routes.openapi(showRoute, async (c) => {
    const mail = await open(c, reader, c.req.valid("param"), c.req.valid("query").in);
    return typeof mail === "string" ? notOpened(c, mail) : c.json(show(mail), 200);
  });

  routes.openapi(htmlRoute, async (c) => {
    const query = c.req.valid("query");
    const mail = await open(c, reader, c.req.valid("param"), query.in);
    if (typeof mail === "string") return notOpened(c, mail);
    if (mail.html === null) return noSuchContent(c);
    const remote = query.remote === "1";
    const pictures = mail.attachments.map((each) => ({ ...each, read: () => Promise.resolve(each.bytes) }));
    const clean = await sanitiser.sanitise(mail.html, { remote, images: await picturesIn(mail.html, pictures) });
    if ("refused" in clean) return notShown(c, clean.refused);
    c.header("content-security-policy", mailFramePolicy({ remote }));
    c.header("x-blocked-remote", String(clean.blockedRemote));
    c.header("cache-control", "private, max-age=300");
    return c.html(mailFrameDocument(clean.html, { language: mail.language }), 200);
  });

  routes.openapi(fileRoute, async (c) => {
    const query = c.req.valid("query");
    const mail = await open(c, reader, c.req.valid("param"), query.in);
    if (typeof mail === "string") return notOpened(c, mail);
    const file = mail.attachments[c.req.valid("param").inner];
    if (!file) return noSuchContent(c);
    return c.body(new Uint8Array(file.bytes), 200, attachmentHeaders(file, query.inline === "1"));
  });

  return routes;
}

/** Reads the attached message, and those within it on the way. A sentence where one cannot be read; empty where there is
 *  none. */
async function open(
  c: ApiContext,
  reader: MailReader,
  { id, messageId, position }: z.infer<typeof Place>,
  inside = "",
): Promise<ReadMail | string> {
  const { deskId } = c.get("session");
  const found = await c.get("db").transaction(deskId, async (tx) => {
    if ((await findMessage(tx, deskId, id, messageId)) === null) return null;
    const file = (await listAttachments(tx, deskId, [messageId])).find((each) => each.position === position);
    const bytes = file && isMessageFile(file) ? await readBlob(tx, deskId, file.sha256) : null;
    return bytes;
  });
  if (found === null) return "";
  const way = inside === "" ? [] : inside.split(".").map(Number);
  if (way.length > DEEPEST) return `Messages are opened within ${DEEPEST} others, and no deeper.`;
  const { languages } = (await deskOf(c.get("db"), deskId)).settings;
  const read = (bytes: Uint8Array) => reader.read(Buffer.from(bytes), { languages, prior: languages });
  let mail = await read(found);
  for (const step of way) {
    if ("unreadable" in mail) return mail.unreadable;
    const file: MailAttachment | undefined = mail.attachments[step];
    if (!file || !isMessageFile(file)) return "";
    mail = await read(file.bytes);
  }
  return "unreadable" in mail ? mail.unreadable : mail;
}

function notOpened(c: ApiContext, why: string) {
  return why === ""
    ? noSuchContent(c)
    : problem(c, 422, "Not opened", `This message could not be read: ${why} Its bytes can be downloaded.`);
}

function show(mail: ReadMail): z.infer<typeof AttachedMessage> {
  const { from, to, cc, subject, date, text, html, invitation, protection, attachments, warnings } = mail;
  return {
    ...{ from, to, cc, subject, text, protection, warnings },
    date: date === null ? null : toIso(date),
    hasHtml: html !== null,
    invitation: invitation && showInvitation(invitation),
    attachments: attachments.map((file, position) => {
      const { name, type, sizeBytes, inline } = file;
      return { position, name, type, sizeBytes, inline, isMessage: isMessageFile(file) };
    }),
  };
}
