import { createRoute, z } from "@hono/zod-openapi";
import { instant } from "@permanence/kernel";
import { apiRouter, json, listOf, pageOf, pageQuery, problem, problems, versionedJson } from "@permanence/people";
import { CountedTickets, type WatchDesk } from "./counted-tickets.ts";
import { countOpenAlerts } from "./alert-store.ts";
import { answerTicket } from "./ticket-request.ts";
import {
  countApart,
  countTickets,
  findTicket,
  listTickets,
  type TicketFilter,
  type TicketListRow,
  UNCLOSED,
} from "./ticket-store.ts";
import { PRIORITIES, type Priority, type TicketState } from "./ticket-tables.ts";
import { findAnywhere } from "./ticket-search.ts";
import { ticketView, TicketView } from "./ticket-view.ts";
import { resolveFilter } from "./view-filter.ts";
import { findViewFilter, readViewer } from "./view-store.ts";

const Id = z.object({ id: z.uuid() });
const STATES = ["new", "open", "waiting", "on-hold", "closed"] as const;

const Milliseconds = z.int().transform(instant);
const Place = z.object({ queueAt: Milliseconds, rank: z.int(), receivedAt: Milliseconds, ticketId: z.uuid() });
const ListQuery = pageQuery(Place).extend({
  state: z
    .enum(["open-ones", "all", "to-classify", ...STATES])
    .default("open-ones")
    .openapi({ description: "to-classify: open ones whose words said too little" }),
  order: z.enum(["due", "newest"]).default("due"),
  priority: z.enum(PRIORITIES).optional(),
  contactId: z.uuid().optional(),
  q: z.string().trim().max(200).optional(),
  view: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: "What this view shows, whatever the state asked for; see /ticket-views" }),
});

const listRoute = createRoute({
  method: "get",
  path: "/tickets",
  tags: ["Tickets"],
  summary: "Tickets, what is due first",
  request: { query: ListQuery },
  responses: { 200: json(listOf(TicketView), "One page of tickets."), ...problems(404) },
});

const COUNTED = [
  "open",
  "new",
  "waiting",
  "onHold",
  "closed",
  "dueSoon",
  "breached",
  "quarantined",
  "held",
  "alerts",
  "toClassify",
] as const;
const Counts = z.record(z.enum(COUNTED), z.number());

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

/** Of a search in all tickets. */
const MOST_FOUND = 500;

/** Reading tickets. @param watch tells when counts are old */
export function ticketRoutes(watch: WatchDesk) {
  const routes = apiRouter();
  const counted = new CountedTickets<Awaited<ReturnType<typeof countTickets>>>(watch);

  routes.openapi(listRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { limit, cursor, order, view, ...query } = c.req.valid("query");
    const page = { order, after: cursor ?? null, limit: limit + 1 };
    const now = c.get("world").clock.now();
    const rows = await c.get("db").transaction(deskId, async (tx) => {
      if (view === undefined) {
        const { q, ...rest } = query;
        // Few tickets are open, and what has just come is found among them at once; of all the index knows.
        if (q === undefined || (query.state !== "all" && query.state !== "closed"))
          return listTickets(tx, deskId, filterOf(query), page);
        const ids = await findAnywhere(tx, deskId, q, { agentId: agent.id, now, limit: MOST_FOUND });
        return listTickets(tx, deskId, { ...filterOf(rest), ids }, page);
      }
      const filter = await findViewFilter(tx, deskId, agent.id, view);
      if (filter === null) return null;
      const resolved = resolveFilter(filter, await readViewer(tx, deskId, agent.id));
      const { states: _, ...others } = filterOf(query);
      return listTickets(tx, deskId, { ...others, view: { filter: resolved, now } }, page);
    });
    if (rows === null) return problem(c, 404, "Not found", "This desk has no such view. Choose another one.");
    return c.json(pageOf(rows, limit, ticketView, placeOf), 200);
  });

  routes.openapi(countsRoute, async (c) => {
    const { deskId } = c.get("session");
    const now = c.get("world").clock.now();
    const db = c.get("db");
    const tickets = await counted.of(deskId, () => db.transaction(deskId, (tx) => countTickets(tx, deskId, now)));
    const counts = await db.transaction(deskId, async (tx) => ({
      ...tickets,
      quarantined: await countApart(tx, deskId, "quarantined"),
      held: await countApart(tx, deskId, "held"),
      alerts: await countOpenAlerts(tx, deskId),
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

type Query = {
  state: "open-ones" | "all" | "to-classify" | TicketState;
  priority?: Priority;
  contactId?: string;
  q?: string;
};

function filterOf({ state, priority, contactId, q }: Query): TicketFilter {
  return {
    ...statesOf(state),
    ...(priority && { priority }),
    ...(contactId && { contactId }),
    ...(q && { words: q }),
  };
}

function statesOf(state: Query["state"]): TicketFilter {
  if (state === "open-ones") return { states: UNCLOSED };
  if (state === "to-classify") return { states: UNCLOSED, toBeClassified: true };
  return state === "all" ? {} : { states: [state] };
}

function placeOf({ queue_at: queueAt, rank, received_at: receivedAt, ticket_id: ticketId }: TicketListRow) {
  return { queueAt, rank, receivedAt, ticketId };
}
