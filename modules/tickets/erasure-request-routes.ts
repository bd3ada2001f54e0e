import { createRoute, z } from "@hono/zod-openapi";
import { type Instant, toIso } from "@permanence/kernel";
import { apiRouter, IsoText, json, jsonBody, listOf, problem, problems } from "@permanence/people";
import {
  findErasureRequest,
  handleRequest,
  type ListedErasureRequest,
  listErasureRequests,
} from "./erasure-request-store.ts";
import type { PersonalSources } from "./personal-source.ts";
import { erasePerson } from "./person-erasure.ts";

const tags = ["Privacy"];
const MOST_LISTED = 200;
const Id = z.object({ id: z.uuid() });

const RequestView = z
  .object({
    ...{ id: z.string(), name: z.string(), addresses: z.array(z.string()), askedAt: IsoText },
    outcome: z.enum(["erased", "refused", "withdrawn"]).nullable().openapi({ description: "null: it waits" }),
    ...{ handledAt: IsoText.nullable(), handledBy: z.string().nullable(), reason: z.string() },
    tickets: z.int().openapi({ description: "How many are theirs" }),
    openTickets: z.array(z.int()).openapi({ description: "To be closed first" }),
    elsewhere: z.array(z.int()).openapi({
      description: "Colleagues' tickets that they wrote in; what of them has to go, an agent decides",
    }),
  })
  .openapi("ErasureRequest");

const listRoute = createRoute({
  ...{ method: "get", path: "/erasure-requests", tags, summary: "Customers who asked to have their data erased" },
  responses: { 200: json(listOf(RequestView), "Those that wait first, the oldest foremost; 200 at most.") },
});
const eraseRoute = createRoute({
  ...{ method: "post", path: "/erasure-requests/{id}/erasure", tags },
  summary: "Erase what is kept of this person, for good",
  description: "Contents, names, addresses and sign-ins go. What moves clocks stays, and the chains still verify.",
  request: { params: Id },
  responses: { 200: json(RequestView, "It is done."), ...problems(404, 409) },
});
const refuseRoute = createRoute({
  ...{ method: "post", path: "/erasure-requests/{id}/refusal", tags, summary: "Refuse, with a reason that they read" },
  request: {
    params: Id,
    body: jsonBody(z.strictObject({ reason: z.string().trim().min(1, "must not be empty").max(2_000) })),
  },
  responses: { 200: json(RequestView, "They read the reason in their account."), ...problems(400, 404, 409) },
});

/** What customers asked for by law, and agents do. */
export function erasureRequestRoutes(sources: PersonalSources) {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listErasureRequests(tx, deskId, MOST_LISTED));
    return c.json({ items: rows.map(viewOf), next: null }, 200);
  });

  routes.openapi(eraseRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const done = await c.get("db").transaction(deskId, async (tx) => {
      const request = await findErasureRequest(tx, deskId, id);
      if (request === null) return null;
      const outcome = await erasePerson(tx, c.get("world"), { agent, sources }, request);
      return outcome === "done" ? viewOf((await findErasureRequest(tx, deskId, id))!) : outcome;
    });
    if (done === null) return problem(c, 404, "Not found", NOT_FOUND);
    if (done === "open-tickets") return problem(c, 409, "Tickets are open", OPEN_TICKETS);
    return done === "handled-already" ? problem(c, 409, "Handled already", HANDLED) : c.json(done, 200);
  });

  routes.openapi(refuseRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    const done = await c.get("db").transaction(deskId, async (tx) => {
      const request = await findErasureRequest(tx, deskId, id);
      if (request === null) return null;
      if (!(await handleRequest(tx, c.get("world"), request, { outcome: "refused", agent, reason }))) return "handled";
      return viewOf((await findErasureRequest(tx, deskId, id))!);
    });
    if (done === null) return problem(c, 404, "Not found", NOT_FOUND);
    return done === "handled" ? problem(c, 409, "Handled already", HANDLED) : c.json(done, 200);
  });

  return routes;
}

const NOT_FOUND = "Nobody asked for this at this desk.";
const OPEN_TICKETS =
  "Tickets of this person are open: whoever works on them could not answer any more. Close them first.";
const HANDLED = "This was handled already, or taken back. Nothing was changed.";

function viewOf(row: ListedErasureRequest): z.infer<typeof RequestView> {
  const { erasure_request_id: id, contact_name: name, addresses, outcome, reason, tickets, elsewhere } = row;
  return {
    ...{ id, name, addresses, outcome, reason, tickets, elsewhere, openTickets: row.open_numbers },
    ...{ askedAt: toIso(row.asked_at), handledAt: isoOrNull(row.handled_at), handledBy: row.agent_name },
  };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}
