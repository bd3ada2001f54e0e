import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { type ApiContext, apiRouter, IsoText, json, jsonBody, problems } from "@permanence/people";
import { findChoices, saveChoices } from "./agent-choice-store.ts";
import { countUnseenNews, listNews, markNewsSeen, NEWS_KINDS, USUAL_WAYS } from "./agent-news.ts";
import { keyChoicesSchema, keysOf } from "./key-choices.ts";

const tags = ["People"];
const NewsView = z
  .object({
    id: z.string(),
    kind: z.enum(NEWS_KINDS),
    ticket: z.object({ id: z.string(), number: z.number(), subject: z.string() }),
    by: z.string().nullable().openapi({ description: "Whose doing it is; null: the customer's or the desk's" }),
    at: IsoText,
    seenAt: IsoText.nullable(),
  })
  .openapi("AgentNews");
const Ways = z.strictObject({ page: z.boolean(), mail: z.boolean() });
const Choices = z
  .strictObject({ assigned: Ways, team: Ways, reply: Ways, mention: Ways, "breach-near": Ways })
  .openapi("NewsChoices");

const listRoute = createRoute({
  ...{ method: "get", path: "/me/news", tags, summary: "What I am told of, the newest first" },
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(30) }) },
  responses: {
    200: json(z.object({ items: z.array(NewsView), unseen: z.int() }), "unseen: to 1,001 at most."),
    ...problems(400),
  },
});
const seenRoute = createRoute({
  ...{ method: "put", path: "/me/news/seen", tags, summary: "Mark news as seen: one, a ticket's, or all" },
  request: { body: jsonBody(z.strictObject({ newsId: z.uuid().optional(), ticketId: z.uuid().optional() })) },
  responses: { 200: json(z.object({ unseen: z.int() }), "How many are left."), ...problems(400) },
});
const choicesRoute = createRoute({
  ...{ method: "get", path: "/me/news-choices", tags, summary: "By which ways I am told of what" },
  responses: { 200: json(Choices, "In the page, by mail, both or neither.") },
});
const chooseRoute = createRoute({
  ...{ method: "put", path: "/me/news-choices", tags, summary: "Choose by which ways I am told of what" },
  request: { body: jsonBody(Choices) },
  responses: { 200: json(Choices, "As it is now."), ...problems(400) },
});
const keysRoute = createRoute({
  ...{ method: "get", path: "/me/keys", tags, summary: "My single-key shortcuts" },
  responses: { 200: json(keyChoicesSchema, "Where a key is not named, it is the usual one.") },
});
const setKeysRoute = createRoute({
  ...{ method: "put", path: "/me/keys", tags, summary: "Switch my single-key shortcuts off, or choose others" },
  request: { body: jsonBody(keyChoicesSchema) },
  responses: { 200: json(keyChoicesSchema, "As it is now."), ...problems(400) },
});

/** What an agent is told of, and how they have their workspace. */
export function newsRoutes() {
  const routes = apiRouter();
  addNews(routes);
  addChoices(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addNews(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { limit } = c.req.valid("query");
    const answer = await c.get("db").transaction(deskId, async (tx) => {
      const rows = await listNews(tx, deskId, agent.id, limit);
      return { items: rows.map(newsView), unseen: await countUnseenNews(tx, deskId, agent.id) };
    });
    return c.json(answer, 200);
  });

  routes.openapi(seenRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { newsId, ticketId } = c.req.valid("json");
    const at = c.get("world").clock.now();
    const unseen = await c.get("db").transaction(deskId, async (tx) => {
      await markNewsSeen(tx, deskId, agent.id, { ...(newsId && { newsId }), ...(ticketId && { ticketId }), at });
      return countUnseenNews(tx, deskId, agent.id);
    });
    return c.json({ unseen }, 200);
  });
}

function addChoices(routes: Routes): void {
  routes.openapi(choicesRoute, async (c) => c.json({ ...USUAL_WAYS, ...(await choicesOf(c)).news }, 200));

  routes.openapi(chooseRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const news = c.req.valid("json");
    await c.get("db").transaction(deskId, (tx) => saveChoices(tx, deskId, agent.id, { news }));
    return c.json(news, 200);
  });

  routes.openapi(keysRoute, async (c) => c.json(keysOf((await choicesOf(c)).keys), 200));

  routes.openapi(setKeysRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const keys = c.req.valid("json");
    await c.get("db").transaction(deskId, (tx) => saveChoices(tx, deskId, agent.id, { keys }));
    return c.json(keys, 200);
  });
}

async function choicesOf(c: ApiContext) {
  const { deskId, agent } = c.get("session");
  const choices = await c.get("db").transaction(deskId, (tx) => findChoices(tx, deskId, [agent.id]));
  return choices.get(agent.id) ?? { news: {}, keys: {} };
}

function newsView(row: Awaited<ReturnType<typeof listNews>>[number]): z.infer<typeof NewsView> {
  const { news_id: id, kind, ticket_id, number, subject, by, made_at, seen_at } = row;
  const seenAt = seen_at === null ? null : toIso(seen_at);
  return { id, kind, ticket: { id: ticket_id, number, subject }, by, at: toIso(made_at), seenAt };
}
