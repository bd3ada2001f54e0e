import { createRoute, z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import { findInboundMail, findOutgoingMail, type InboundMailRow, type OutgoingMailRow } from "@permanence/mail";
import { apiRouter, IsoText, json, listOf, problem, problems } from "@permanence/people";
import { listEvents } from "./message-store.ts";
import { eventView } from "./message-view.ts";

const Id = z.object({ id: z.uuid() });

const WayStep = z
  .object({
    at: IsoText,
    type: z.string().openapi({
      description:
        "mail-received, mail-read, mail-queued, mail-put-off; else an event of the ticket that names the mail",
    }),
    data: z.record(z.string(), z.unknown()).nullable().openapi({ description: "Null once erased by law" }),
  })
  .openapi("WayStep");
type WayStep = z.infer<typeof WayStep>;

const outgoingRoute = createRoute({
  method: "get",
  path: "/outgoing-mails/{id}/way",
  tags: ["Mail"],
  summary: "A sent mail's whole way: queued, tried, handed over, and all that came back",
  request: { params: Id },
  responses: { 200: json(listOf(WayStep), "Each step, in order."), ...problems(404) },
});

const inboundRoute = createRoute({
  method: "get",
  path: "/inbound-mails/{id}/way",
  tags: ["Mail"],
  summary: "A received mail's whole way: where it came from, what it was found to be, and what it did",
  request: { params: Id },
  responses: { 200: json(listOf(WayStep), "Each step, in order."), ...problems(404) },
});

/** What became of one mail, step by step. */
export function mailWayRoutes() {
  const routes = apiRouter();
  routes.openapi(outgoingRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const items = await c.get("db").transaction(deskId, async (tx) => {
      const mail = await findOutgoingMail(tx, deskId, id);
      return (
        mail && inOrder(ownStepsOut(mail), await stepsInTicket(tx, deskId, mail.ticket_id, { outgoingMailId: id }))
      );
    });
    return items ? c.json({ items, next: null }, 200) : noSuchMail(c);
  });
  routes.openapi(inboundRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const items = await c.get("db").transaction(deskId, async (tx) => {
      const mail = await findInboundMail(tx, deskId, id);
      return mail && inOrder(ownStepsIn(mail), await stepsInTicket(tx, deskId, mail.ticket_id, { inboundMailId: id }));
    });
    return items ? c.json({ items, next: null }, 200) : noSuchMail(c);
  });
  return routes;
}

function noSuchMail(c: Parameters<typeof problem>[0]) {
  return problem(c, 404, "Not found", "This desk has no such mail.");
}

function ownStepsOut({ created_at, to_address: to, purpose, tries }: OutgoingMailRow): WayStep[] {
  const putOff = tries.map(({ at, answer }) => ({ at: toIso(at), type: "mail-put-off", data: { detail: answer } }));
  return [{ at: toIso(created_at), type: "mail-queued", data: { to, purpose } }, ...putOff];
}

function ownStepsIn(mail: InboundMailRow): WayStep[] {
  const { remote_ip: ip, helo, envelope_from: from, envelope_to: to, kind, reason, read_at } = mail;
  const received = { at: toIso(mail.received_at), type: "mail-received", data: { ip, helo, from, to } };
  if (read_at === null) return [received];
  const data = { kind, detail: reason ?? "", warnings: mail.warnings, duplicateOf: mail.duplicate_of };
  return [received, { at: toIso(read_at), type: "mail-read", data }];
}

/** The ticket's events that name the mail. That it was queued is said already. */
async function stepsInTicket(
  tx: Tx,
  deskId: DeskId,
  ticketId: string | null,
  named: { inboundMailId: string } | { outgoingMailId: string },
): Promise<WayStep[]> {
  if (ticketId === null) return [];
  const [[name, id]] = Object.entries(named) as [[string, string]];
  const events = (await listEvents(tx, deskId, ticketId)).filter(
    ({ type, data }) => data?.[name] === id && type !== "notice-queued",
  );
  return events.map(eventView).map(({ at, type, data }) => ({ at, type, data }));
}

function inOrder(own: WayStep[], ofTicket: WayStep[]): WayStep[] {
  return [...own, ...ofTicket].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
