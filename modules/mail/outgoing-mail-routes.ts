import { createRoute, z } from "@hono/zod-openapi";
import { readBlob } from "@permanence/database";
import { type ApiContext, apiRouter, json, listOf, pageOf, pageQuery, problem, problems } from "@permanence/people";
import { listEvidenceOfMails } from "./evidence-store.ts";
import { mailFramePolicy } from "./html-frame.ts";
import { MailId, mailKey, noSuchMail, rawResponse, sendRawMail } from "./mail-routes-parts.ts";
import { tryAgain } from "./outbox.ts";
import { findOutgoingMail, listOutgoingMails, ticketNumbersOf } from "./outgoing-mail-store.ts";
import {
  OutgoingMailView,
  OutgoingMailWhole,
  readOwnMail,
  showOutgoingMail,
  ShownPurpose,
  State,
} from "./outgoing-mail-view.ts";

const tags = ["Mail"];

const listRoute = createRoute({
  method: "get",
  path: "/outgoing-mails",
  tags,
  summary: "Mail that the desk sends, newest first",
  request: {
    query: pageQuery(mailKey).extend({
      ticketId: z.uuid().optional(),
      purpose: ShownPurpose.optional(),
      state: State.optional(),
    }),
  },
  responses: { 200: json(listOf(OutgoingMailView), "One page of mails."), ...problems(400) },
});

const findRoute = createRoute({
  method: "get",
  path: "/outgoing-mails/{id}",
  tags,
  summary: "One mail that the desk sends, with its text",
  request: { params: MailId },
  responses: { 200: json(OutgoingMailWhole, "The mail."), ...problems(404) },
});

const htmlRoute = createRoute({
  method: "get",
  path: "/outgoing-mails/{id}/html",
  tags,
  summary: "The mail as its reader would see it, for a sandboxed frame",
  request: { params: MailId },
  responses: {
    200: { description: "A document.", content: { "text/html": { schema: z.string() } } },
    ...problems(404),
  },
});

const rawRoute = createRoute({
  method: "get",
  path: "/outgoing-mails/{id}/raw",
  tags,
  summary: "The bytes as they are sent",
  request: { params: MailId },
  responses: { 200: rawResponse, ...problems(404) },
});

const attemptRoute = createRoute({
  method: "post",
  path: "/outgoing-mails/{id}/attempts",
  tags,
  summary: "Try a mail that waits or failed again, now",
  request: { params: MailId },
  responses: { 202: json(OutgoingMailView, "The mail, queued."), ...problems(404, 409) },
});

/** The outbox: what is sent, what waits, and what became of it. With no relay set it is the mailroom. */
export function outgoingMailRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: before = null, ...filter } = c.req.valid("query");
    const { mails, evidence } = await c.get("db").transaction(deskId, async (tx) => {
      const rows = await listOutgoingMails(tx, deskId, filter, { before, limit: limit + 1 });
      const numbers = await ticketNumbersOf(tx, deskId, rows);
      const mails = rows.map((row) => Object.assign(row, { ticket_number: numbers.get(row.ticket_id) ?? null }));
      const ids = rows.map((row) => row.outgoing_mail_id);
      return { mails, evidence: await listEvidenceOfMails(tx, deskId, ids) };
    });
    const show = (mail: (typeof mails)[number]) => showOutgoingMail(mail, evidence);
    return c.json(
      pageOf(mails, limit, show, ({ created_at: at, outgoing_mail_id: id }) => ({ at, id })),
      200,
    );
  });

  routes.openapi(findRoute, async (c) => {
    const found = await readMail(c, c.req.valid("param").id);
    if (!found) return noSuchMail(c);
    const { text, headers } = await readOwnMail(found.bytes);
    return c.json({ ...showOutgoingMail(found.mail, found.evidence), text, headers }, 200);
  });

  routes.openapi(htmlRoute, async (c) => {
    const found = await readMail(c, c.req.valid("param").id);
    const html = found && (await readOwnMail(found.bytes)).html;
    if (!html) return noSuchMail(c);
    // A whole document of our own making, and yet it holds what a customer wrote: shown as strictly as theirs.
    c.header("content-security-policy", mailFramePolicy({ remote: false }));
    c.header("cache-control", "private, max-age=300");
    return c.html(html, 200);
  });

  routes.openapi(rawRoute, async (c) => {
    const { id } = c.req.valid("param");
    const found = await readMail(c, id);
    return found ? sendRawMail(c, id, found.bytes) : noSuchMail(c);
  });

  routes.openapi(attemptRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const now = c.get("world").clock.now();
    const outcome = await c.get("db").transaction(deskId, (tx) => tryAgain(tx, deskId, id, now));
    if (outcome === "sent")
      return problem(c, 409, "Sent already", "The relay has taken this mail. Nothing was changed.");
    const found = outcome === "queued" && (await readMail(c, id));
    return found ? c.json(showOutgoingMail(found.mail, found.evidence), 202) : noSuchMail(c);
  });

  return routes;
}

async function readMail(c: ApiContext, id: string) {
  const { deskId } = c.get("session");
  return c.get("db").transaction(deskId, async (tx) => {
    const row = await findOutgoingMail(tx, deskId, id);
    const bytes = row && (await readBlob(tx, deskId, row.mime_sha256));
    if (!bytes) return null;
    const numbers = await ticketNumbersOf(tx, deskId, [row]);
    const mail = Object.assign(row, { ticket_number: numbers.get(row.ticket_id) ?? null });
    return { mail, bytes, evidence: await listEvidenceOfMails(tx, deskId, [id]) };
  });
}
