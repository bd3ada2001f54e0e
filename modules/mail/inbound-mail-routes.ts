import { createRoute, z } from "@hono/zod-openapi";
import { readBlob } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import { apiRouter, IsoText, json, listOf, pageOf, pageQuery, problems } from "@permanence/people";
import { senderProof } from "./authentication.ts";
import { AuthenticationView, SenderProofView } from "./authentication-view.ts";
import { findInboundMail, listInboundMails } from "./inbound-mail-store.ts";
import { MailId, mailKey, noSuchMail, rawResponse, sendRawMail } from "./mail-routes-parts.ts";
import { INBOUND_MAIL_KINDS, type InboundMailRow } from "./mail-tables.ts";

const tags = ["Mail"];
const Kind = z.enum(INBOUND_MAIL_KINDS);

const InboundMailView = z
  .object({
    id: z.uuid(),
    kind: Kind.nullable().openapi({ description: "null: not read yet" }),
    receivedAt: IsoText,
    from: z.object({ name: z.string(), address: z.string() }).nullable(),
    envelopeFrom: z.string(),
    to: z.array(z.string()),
    subject: z.string().nullable(),
    ticketId: z.uuid().nullable(),
    reason: z.string().nullable(),
    warnings: z.array(z.string()),
    sizeBytes: z.number().int(),
    duplicateOf: z.uuid().nullable(),
    authentication: AuthenticationView.nullable().openapi({ description: "null: nobody checked" }),
    sender: SenderProofView,
  })
  .openapi("InboundMail");

const listRoute = createRoute({
  method: "get",
  path: "/inbound-mails",
  tags,
  summary: "Mail that came in, newest first",
  request: {
    query: pageQuery(mailKey).extend({
      kind: Kind.optional(),
      ticketId: z.uuid().optional(),
      messageId: z.string().max(998).optional().openapi({ description: "Its Message-ID, without brackets" }),
    }),
  },
  responses: { 200: json(listOf(InboundMailView), "One page of mails."), ...problems(400) },
});

const findRoute = createRoute({
  method: "get",
  path: "/inbound-mails/{id}",
  tags,
  summary: "One mail that came in",
  request: { params: MailId },
  responses: { 200: json(InboundMailView, "The mail."), ...problems(404) },
});

const rawRoute = createRoute({
  method: "get",
  path: "/inbound-mails/{id}/raw",
  tags,
  summary: "The bytes as they came in",
  request: { params: MailId },
  responses: { 200: rawResponse, ...problems(404) },
});

/** What the mailboxes received, each mail retrievable as it came. */
export function inboundMailRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: before = null, kind, ticketId, messageId } = c.req.valid("query");
    const filter = { kind, ticketId, messageId };
    const page = { before, limit: limit + 1 };
    const rows = await c.get("db").transaction(deskId, (tx) => listInboundMails(tx, deskId, filter, page));
    return c.json(pageOf(rows, limit, showInboundMail, keyOf), 200);
  });

  routes.openapi(findRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const mail = await c.get("db").transaction(deskId, (tx) => findInboundMail(tx, deskId, id));
    return mail ? c.json(showInboundMail(mail), 200) : noSuchMail(c);
  });

  routes.openapi(rawRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const bytes = await c.get("db").transaction(deskId, async (tx) => {
      const mail = await findInboundMail(tx, deskId, id);
      return mail && readBlob(tx, deskId, mail.sha256);
    });
    return bytes ? sendRawMail(c, id, bytes) : noSuchMail(c);
  });

  return routes;
}

function keyOf({ received_at: at, inbound_mail_id: id }: InboundMailRow) {
  return { at, id };
}

function showInboundMail(mail: InboundMailRow): z.infer<typeof InboundMailView> {
  const { from_address: address, from_name: name } = mail;
  return {
    id: mail.inbound_mail_id,
    kind: mail.kind,
    receivedAt: toIso(mail.received_at),
    from: address === null ? null : { name: name ?? "", address },
    envelopeFrom: mail.envelope_from,
    to: mail.envelope_to,
    subject: mail.subject,
    ticketId: mail.ticket_id,
    reason: mail.reason,
    warnings: mail.warnings,
    sizeBytes: mail.size_bytes,
    duplicateOf: mail.duplicate_of,
    authentication: mail.authentication,
    sender: senderProof(mail.authentication),
  };
}
