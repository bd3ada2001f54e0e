import { createRoute, z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { type EvidenceRow, listEvidenceOfTicket, listOutgoingMails } from "@permanence/mail";
import { apiRouter, IsoText, json, listOf, problems } from "@permanence/people";
import { bestNotice, receiptStops } from "./receipt-line.ts";
import { policyOf } from "./response-clock.ts";
import { refuse } from "./ticket-request.ts";
import { ticketExists } from "./ticket-store.ts";

const Id = z.object({ id: z.uuid() });

const EvidenceView = z
  .object({
    id: z.string(),
    rung: z.enum(["handed-over", "delivered", "displayed", "failed"]),
    at: IsoText,
    datedAt: IsoText.nullable(),
    source: z.string(),
    detail: z.string(),
    outgoingMailId: z.string().nullable(),
  })
  .openapi("Evidence");

const Stop = z.object({
  rung: z.enum(["queued", "handed-over", "presumed", "delivered", "displayed", "failed"]),
  at: IsoText.nullable(),
  expectedAt: IsoText.nullable(),
  source: z.string(),
});

const listRoute = createRoute({
  method: "get",
  path: "/tickets/{id}/evidence",
  tags: ["Tickets"],
  summary: "The recorded facts about the notice's way to its reader, oldest first",
  request: { params: Id },
  responses: { 200: json(listOf(EvidenceView), "All evidence."), ...problems(404) },
});

const noticeRoute = createRoute({
  method: "get",
  path: "/tickets/{id}/notice",
  tags: ["Tickets"],
  summary: "How far the notice has come on its way to the customer",
  request: { params: Id },
  responses: {
    200: json(
      z.object({
        state: z.enum(["queued", "sent", "failed"]).nullable(),
        stops: z.array(Stop),
        addresses: z.array(z.object({ address: z.string(), isFailing: z.boolean() })),
      }),
      "Its stops, in order, and the customer's addresses that it may be sent to.",
    ),
    ...problems(404),
  },
});

/** What is known of the notice. */
export function evidenceRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const rows = await c.get("db").transaction(deskId, async (tx) => {
      return (await ticketExists(tx, deskId, id)) ? listEvidenceOfTicket(tx, deskId, id) : null;
    });
    return rows === null ? refuse(c, "not-found") : c.json({ items: rows.map(evidenceView), next: null }, 200);
  });

  routes.openapi(noticeRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const now = c.get("world").clock.now();
    const answer = await c.get("db").transaction(deskId, async (tx) => {
      return (await ticketExists(tx, deskId, id)) ? readNotice(tx, deskId, id, now) : null;
    });
    return answer === null ? refuse(c, "not-found") : c.json(answer, 200);
  });

  return routes;
}

async function readNotice(tx: Tx, deskId: DeskId, ticketId: string, now: Instant) {
  const newestFirst = await listOutgoingMails(
    tx,
    deskId,
    { ticketId, purpose: "notice" },
    { before: null, limit: 100 },
  );
  const all = await listEvidenceOfTicket(tx, deskId, ticketId);
  const mail = bestNotice(newestFirst.toReversed(), all);
  const evidence = all.filter(
    (row) => row.outgoing_mail_id === null || row.outgoing_mail_id === mail?.outgoing_mail_id,
  );
  const handedOverAt = evidence.find((row) => row.rung === "handed-over")?.at ?? now;
  const terms = await policyOf(tx, deskId, ticketId, handedOverAt);
  const addresses = await addressesOf(tx, deskId, ticketId);
  const stops = terms === null ? [] : receiptStops(mail, evidence, terms, now);
  return { state: mail?.state ?? null, stops, addresses };
}

/** Of the ticket's contact. */
async function addressesOf(tx: Tx, deskId: DeskId, ticketId: string) {
  const rows = await tx
    .selectFrom("ticket as t")
    .innerJoin("contact_address as a", (join) =>
      join.onRef("a.desk_id", "=", "t.desk_id").onRef("a.contact_id", "=", "t.contact_id"),
    )
    .select(["a.address", "a.failed_at"])
    .where("t.desk_id", "=", deskId)
    .where("t.ticket_id", "=", ticketId)
    .orderBy("a.address")
    .execute();
  return rows.map(({ address, failed_at }) => ({ address, isFailing: failed_at !== null }));
}

function evidenceView(row: EvidenceRow): z.infer<typeof EvidenceView> {
  return {
    id: row.evidence_id,
    rung: row.rung,
    at: toIso(row.at),
    datedAt: row.dated_at === null ? null : toIso(row.dated_at),
    source: row.source,
    detail: row.detail,
    outgoingMailId: row.outgoing_mail_id,
  };
}
