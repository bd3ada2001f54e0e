import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { listAgents, setAgentLanguage } from "./agent-store.ts";
import { apiRouter, IsoText, json, jsonBody, problems } from "./api.ts";
import { listOf, pageOf, pageQuery } from "./api-page.ts";
import { deskOf } from "./desk-store.ts";
import { nameKey } from "./name-page.ts";
import { AGENT_LANGUAGES } from "./people-tables.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { AgentView } from "./people-views.ts";

const Me = z
  .object({
    agent: AgentView,
    desk: z.object({
      id: z.string(),
      slug: z.string(),
      name: z.string(),
      languages: z.array(z.string()),
      timeZone: z.string(),
      accent: z.string().nullable(),
      mailboxes: z.array(z.string()),
    }),
    relay: z.enum(["smtp", "mailroom"]),
    now: IsoText,
  })
  .openapi("Me");

const meRoute = createRoute({
  method: "get",
  path: "/me",
  tags: ["People"],
  summary: "Who is signed in, and at which desk",
  responses: { 200: json(Me, "The agent and the desk."), ...problems(401) },
});

const changeMeRoute = createRoute({
  method: "patch",
  path: "/me",
  tags: ["People"],
  summary: "Change the language of one's own pages",
  request: { body: jsonBody(z.strictObject({ language: z.enum(AGENT_LANGUAGES) })) },
  responses: { 200: json(AgentView, "The agent as it is now."), ...problems(400, 401) },
});

const agentsRoute = createRoute({
  method: "get",
  path: "/agents",
  tags: ["People"],
  summary: "Who works at the desk, by name",
  request: { query: pageQuery(nameKey) },
  responses: { 200: json(listOf(AgentView), "One page of agents."), ...problems(400, 401) },
});

/** The agent who asks, and their colleagues. */
export function meRoutes({ outgoing }: PeopleRoutesOptions) {
  const routes = apiRouter();

  routes.openapi(meRoute, async (c) => {
    const { deskId: id, agent } = c.get("session");
    const { slug, name, settings } = await deskOf(c.get("db"), id);
    const { languages, timeZone, accent, mailboxes } = settings;
    const desk = { id, slug, name, languages, timeZone, accent, mailboxes: mailboxes.map(({ address }) => address) };
    return c.json({ agent, desk, relay: outgoing, now: toIso(c.get("world").clock.now()) }, 200);
  });

  routes.openapi(changeMeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { language } = c.req.valid("json");
    await c.get("db").transaction(deskId, (tx) => setAgentLanguage(tx, deskId, agent.id, language));
    return c.json({ ...agent, language }, 200);
  });

  routes.openapi(agentsRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: after } = c.req.valid("query");
    const rows = await c.get("db").transaction(deskId, (tx) => listAgents(tx, deskId, { after, limit: limit + 1 }));
    return c.json(
      pageOf(rows, limit, same, ({ name, id }) => ({ name, id })),
      200,
    );
  });

  return routes;
}

const same = <T>(row: T) => row;
