import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { apiRouter, IsoText, json, listOf, problem, problems } from "@permanence/people";
import { ALERT_KINDS, type AlertRow, listAlerts, markAlertSeen } from "./alert-store.ts";
import { alertSentence } from "./alert-words.ts";

const AlertView = z
  .object({
    id: z.string(),
    kind: z.enum(ALERT_KINDS),
    sentence: z.string(),
    ticketId: z.string().nullable(),
    raisedAt: IsoText,
    mailedAt: IsoText.nullable(),
    seenAt: IsoText.nullable(),
  })
  .openapi("Alert");

const Language = z.enum(["fr", "nl", "en"]).optional().openapi({ description: "Of the sentences; the agent's own" });

const listRoute = createRoute({
  ...{ method: "get", path: "/alerts", tags: ["Alerts"], summary: "What somebody must see to; the open ones first" },
  request: { query: z.object({ language: Language }) },
  responses: { 200: json(listOf(AlertView), "The newest hundred."), ...problems(400) },
});
const seenRoute = createRoute({
  ...{ method: "put", path: "/alerts/{id}/seen", tags: ["Alerts"], summary: "Say that somebody sees to it" },
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: "It is open no longer." }, ...problems(404) },
});

export function alertRoutes() {
  const routes = apiRouter();
  routes.openapi(listRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { language = agent.language } = c.req.valid("query");
    const rows = await c.get("db").transaction(deskId, (tx) => listAlerts(tx, deskId, 100));
    return c.json({ items: rows.map((row) => alertView(row, language)), next: null }, 200);
  });
  routes.openapi(seenRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const by = { agentId: agent.id, at: c.get("world").clock.now() };
    const isKnown = await c
      .get("db")
      .transaction(deskId, (tx) => markAlertSeen(tx, deskId, c.req.valid("param").id, by));
    return isKnown ? c.body(null, 204) : problem(c, 404, "Not found", "This desk has no such alert.");
  });
  return routes;
}

function alertView(row: AlertRow, language: string): z.infer<typeof AlertView> {
  const iso = (at: AlertRow["seen_at"]) => (at === null ? null : toIso(at));
  return {
    ...{ id: row.alert_id, kind: row.kind, sentence: alertSentence(row, language) },
    ticketId: row.detail.ticketId ?? null,
    ...{ raisedAt: toIso(row.raised_at), mailedAt: iso(row.mailed_at), seenAt: iso(row.seen_at) },
  };
}
