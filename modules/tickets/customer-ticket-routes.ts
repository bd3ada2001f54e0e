import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { instant } from "@permanence/kernel";
import {
  type ApiContext,
  apiRouter,
  type Customer,
  type Desk,
  deskOf,
  json,
  listOf,
  pageOf,
  pageQuery,
  problems,
  setEtag,
  versionedJson,
} from "@permanence/people";
import { readClockEvents } from "./clock-events.ts";
import { customerClocks } from "./customer-clock.ts";
import { recordShownInPortal } from "./customer-receipt.ts";
import { CustomerLanguage, Numbered, refuseCustomer } from "./customer-request.ts";
import { CustomerTicket, customerTicket, CustomerTicketLine, customerTicketLine } from "./customer-ticket-view.ts";
import { findCustomerTicket, listCustomerMessages, listCustomerTickets } from "./customer-tickets.ts";
import { listAttachments } from "./message-store.ts";
import { workingOpening } from "./public-desk.ts";
import { ratingStanding } from "./rating-store.ts";

const tags = ["Customers' portal"];

const Place = z.object({ at: z.int().transform(instant), ticketId: z.uuid() });

const listRoute = createRoute({
  ...{ method: "get", path: "/my/tickets", tags, summary: "The customer's own tickets, received last first" },
  request: {
    query: pageQuery(Place).extend({
      state: z.enum(["open-ones", "closed", "all"]).default("all").openapi({ description: "open-ones: not closed" }),
    }),
  },
  responses: { 200: json(listOf(CustomerTicketLine), "One page of tickets."), ...problems(400, 401) },
});

const readRoute = createRoute({
  ...{ method: "get", path: "/my/tickets/{number}", tags },
  summary: "One ticket: what was said, what was promised, and what became of that",
  request: { params: Numbered, query: z.object({ language: CustomerLanguage }) },
  responses: {
    200: versionedJson(CustomerTicket, "The ticket. Its ETag changes with what its customer can see of it."),
    ...problems(400, 401, 404),
  },
});

const shownRoute = createRoute({
  ...{ method: "put", path: "/my/tickets/{number}/shown", tags },
  summary: "Tell that the customer has the ticket before them: a receipt of its notice",
  request: { params: Numbered },
  responses: { 204: { description: "It is recorded, once." }, ...problems(401, 404) },
});

/** What customers read of their tickets. What they may not see is not there: 404, whether it exists or not. */
export function customerTicketRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const customer = c.get("customer");
    const { limit, cursor, state } = c.req.valid("query");
    const filter = { closed: state === "all" ? null : state === "closed" };
    const page = { after: cursor ?? null, limit: limit + 1 };
    const rows = await c
      .get("db")
      .transaction(customer.deskId, (tx) => listCustomerTickets(tx, customer, filter, page));
    const placeOf = (row: (typeof rows)[number]) => ({ at: row.received_at, ticketId: row.ticket_id });
    return c.json(pageOf(rows, limit, customerTicketLine, placeOf), 200);
  });

  routes.openapi(readRoute, async (c) => {
    const customer = c.get("customer");
    const desk = await deskOf(c.get("db"), customer.deskId);
    const { language = customer.language } = c.req.valid("query");
    const found = await c
      .get("db")
      .transaction(customer.deskId, (tx) => readTicket(tx, c, { customer, desk, language }));
    if (found === null) return refuseCustomer(c, "not-found");
    setEtag(c, found.version);
    c.header("cache-control", "private, no-store");
    return c.json(found.ticket, 200);
  });

  routes.openapi(shownRoute, async (c) => {
    const customer = c.get("customer");
    const found = await c.get("db").transaction(customer.deskId, async (tx) => {
      const row = await findCustomerTicket(tx, customer, c.req.valid("param").number);
      if (row?.is_own) await recordShownInPortal(tx, c.get("world"), customer.deskId, row);
      return row;
    });
    return found === null ? refuseCustomer(c, "not-found") : c.body(null, 204);
  });

  return routes;
}

async function readTicket(
  tx: Tx,
  c: ApiContext,
  { customer, desk, language }: { customer: Customer; desk: Desk; language: string },
) {
  const row = await findCustomerTicket(tx, customer, Number(c.req.param("number")));
  if (row === null) return null;
  const { deskId } = customer;
  const now = c.get("world").clock.now();
  const messages = await listCustomerMessages(tx, customer, row.ticket_id);
  const ids = messages.map(({ message_id }) => message_id);
  const attachments = await listAttachments(tx, deskId, ids);
  const events = (await readClockEvents(tx, deskId, [row.ticket_id], ["notice-queued"])).get(row.ticket_id)!;
  const place = { timeZone: desk.settings.timeZone, language };
  const clocks = customerClocks(row, events, { now, place, opening: workingOpening(desk, row.priority, now) });
  const rating = await ratingStanding(tx, desk, row, now);
  return { version: row.version, ticket: customerTicket(row, { messages, attachments, clocks, rating, now }) };
}
