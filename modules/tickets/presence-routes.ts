import { createRoute, z } from "@hono/zod-openapi";
import { announce } from "@permanence/database";
import { apiRouter, json, jsonBody, problems } from "@permanence/people";
import { type PresenceChange, Presences, PRESENCES } from "./presence.ts";
import { refuse } from "./ticket-request.ts";
import { ticketExists } from "./ticket-store.ts";
import type { WatchDesk } from "./counted-tickets.ts";

const Present = z.object({ id: z.string(), name: z.string(), state: z.enum(["looking", "typing"]) });

const putRoute = createRoute({
  method: "put",
  path: "/tickets/{id}/presence",
  tags: ["Tickets"],
  summary: "Say that I look at a ticket, type on it, or have left it; learn who else is there",
  description: "Said again at least each half minute. Others learn of it as `change` of type presence.",
  request: {
    params: z.object({ id: z.uuid() }),
    body: jsonBody(z.strictObject({ state: z.enum(PRESENCES) })),
  },
  responses: {
    200: json(z.object({ others: z.array(Present) }), "Who else is there, those who type first."),
    ...problems(400, 404),
  },
});

/** Who looks at a ticket or types on it. */
export function presenceRoutes(watch: WatchDesk) {
  const routes = apiRouter();
  const presences = new Presences(watch);

  routes.openapi(putRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id: ticketId } = c.req.valid("param");
    const { state } = c.req.valid("json");
    presences.listen(deskId);
    const change: PresenceChange = { type: "presence", ticketId, agentId: agent.id, name: agent.name, state };
    const isKnown = await c.get("db").transaction(deskId, async (tx) => {
      if (!(await ticketExists(tx, deskId, ticketId))) return false;
      announce(tx, deskId, change);
      return true;
    });
    if (!isKnown) return refuse(c, "not-found");
    return c.json({ others: presences.others(deskId, ticketId, agent.id) }, 200);
  });

  return routes;
}
