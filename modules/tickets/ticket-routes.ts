import { createRoute, z } from "@hono/zod-openapi";
import { fromIso, instant, toIso } from "@permanence/kernel";
import { apiRouter, json, listOf, pageOf, pageQuery, problems, versionedJson } from "@permanence/people";
import { answerTicket } from "./ticket-request.ts";
import {
  countQuarantined,
  countTickets,
  findTicket,
  listTickets,
  type TicketFilter,
  type TicketListRow,
  type TicketOrder,
  UNCLOSED,
} from "./ticket-store.ts";
import { PRIORITIES, type Priority, type TicketState } from "./ticket-tables.ts";
import { ticketView, TicketView } from "./ticket-view.ts";

const DUE_SOON_MS = 30 * 60_000;
const Id = z.object({ id: z.uuid() });
const STATES = ["new", "open", "waiting", "on-hold", "closed"] as const;

const Place = z.object({ at: z.string(), ticketId: z.uuid() });
const ListQuery = pageQuery(Place).extend({
  state: z.enum(["open-ones", "all", ...STATES]).default("open-ones"),
  order: z.enum(["due", "newest"]).default("due"),
  priority: z.enum(PRIORITIES).optional(),
  contactId: z.uuid().optional(),
  q: z.string().trim().max(200).optional(),
});

const listRoute = createRoute({
  method: "get",
  path: "/tickets",
  tags: ["Tickets"],
  summary: "Tickets, what is due first",
  request: { query: ListQuery },
  responses: { 200: json(listOf(TicketView), "One page of tickets.") },
});

const Counts = z.object(
  Object.fromEntries(
    (["open", "new", "waiting", "onHold", "closed", "dueSoon", "breached", "quarantined"] as const).map((name) => [
      name,
      z.number(),
    ]),
  ) as Record<"open" | "new" | "waiting" | "onHold" | "closed" | "dueSoon" | "breached" | "quarantined", z.ZodNumber>,
);

const countsRoute = createRoute({
  method: "get",
  path: "/tickets/counts",
  tags: ["Tickets"],
  summary: "How many tickets stand in each view (closed ones to 1,001 at most)",
  responses: { 200: json(Counts, "The counts.") },
});

const findRoute = createRoute({
  method: "get",
  path: "/tickets/{id}",
  tags: ["Tickets"],
  summary: "One ticket",
  request: { params: Id },
  responses: { 200: versionedJson(TicketView, "The ticket; its version is the ETag."), ...problems(404) },
});

/** Reading tickets. */
export function ticketRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor, order, ...query } = c.req.valid("query");
    const after = cursor ? { at: fromIso(cursor.at) ?? instant(0), ticketId: cursor.ticketId } : null;
    const page = { order, after, limit: limit + 1 };
    const rows = await c.get("db").transaction(deskId, (tx) => listTickets(tx, deskId, filterOf(query), page));
    return c.json(
      pageOf(rows, limit, ticketView, (row) => placeOf(row, order)),
      200,
    );
  });

  routes.openapi(countsRoute, async (c) => {
    const { deskId } = c.get("session");
    const now = c.get("world").clock.now();
    const counts = await c.get("db").transaction(deskId, async (tx) => ({
      ...(await countTickets(tx, deskId, now, DUE_SOON_MS)),
      quarantined: await countQuarantined(tx, deskId),
    }));
    return c.json(counts, 200);
  });

  routes.openapi(findRoute, async (c) => {
    const { deskId } = c.get("session");
    const row = await c.get("db").transaction(deskId, (tx) => findTicket(tx, deskId, c.req.valid("param").id));
    return answerTicket(c, row ?? "not-found", 200);
  });

  return routes;
}

type Query = { state: "open-ones" | "all" | TicketState; priority?: Priority; contactId?: string; q?: string };

function filterOf({ state, priority, contactId, q }: Query): TicketFilter {
  return {
    ...(state === "open-ones" ? { states: UNCLOSED } : state === "all" ? {} : { states: [state] }),
    ...(priority && { priority }),
    ...(contactId && { contactId }),
    ...(q && { words: q }),
  };
}

function placeOf(row: TicketListRow, order: TicketOrder) {
  return { at: toIso(order === "due" ? row.queue_at : row.received_at), ticketId: row.ticket_id };
}
