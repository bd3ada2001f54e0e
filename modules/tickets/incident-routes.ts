import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { type ApiContext, apiRouter, json, jsonBody, problem, problems } from "@permanence/people";
import { closeAlerts } from "./alert-store.ts";
import { askForActions } from "./incident-actions.ts";
import {
  addIncident,
  addUpdate,
  changeIncident,
  type IncidentRow,
  type IncidentState,
  joinIncident,
  leaveIncident,
  lockIncident,
} from "./incident-store.ts";
import { IncidentView, readIncidents, readWholeIncident, TextsSchema, WholeIncident } from "./incident-view.ts";

const tags = ["Incidents"];
const Id = z.object({ id: z.uuid() });
const Place = z.object({ id: z.uuid(), ticketId: z.uuid() });
const said = { title: TextsSchema, text: TextsSchema.optional(), isPublic: z.boolean().default(true) };
const NewIncident = z.strictObject({ ...said, ticketIds: z.array(z.uuid()).max(1_000).default([]) });
const Acceptance = z.strictObject(said);
const Update = z.strictObject({ text: TextsSchema });
const Resolution = z.strictObject({
  text: TextsSchema,
  closes: z.boolean().openapi({ description: "Whether its open tickets are closed as solved, or left as they are" }),
  replies: z.boolean().openapi({ description: "Whether the text is sent to each customer" }),
});
const ok = { 200: json(WholeIncident, "The incident as it is now."), ...problems(400, 404, 409) };

const listRoute = createRoute({
  ...{ method: "get", path: "/incidents", tags, summary: "Offers and incidents, those that are open first" },
  request: { query: z.object({ ticketId: z.uuid().optional() }) },
  responses: { 200: json(z.object({ items: z.array(IncidentView) }), "The newest hundred."), ...problems(400) },
});
const oneRoute = createRoute({
  ...{ method: "get", path: "/incidents/{id}", tags, summary: "An incident with its tickets and updates" },
  request: { params: Id },
  responses: { 200: json(WholeIncident, "The incident."), ...problems(404) },
});
const makeRoute = createRoute({
  ...{ method: "post", path: "/incidents", tags, summary: "Say that many tickets are about one thing" },
  request: { body: jsonBody(NewIncident) },
  responses: { 201: json(WholeIncident, "The incident."), ...problems(400) },
});
const acceptRoute = createRoute({
  ...{ method: "post", path: "/incidents/{id}/acceptance", tags, summary: "Make an offer an incident" },
  request: { params: Id, body: jsonBody(Acceptance) },
  responses: ok,
});
const dismissRoute = createRoute({
  ...{
    method: "delete",
    path: "/incidents/{id}",
    tags,
    summary: "Dismiss an offer: its tickets are not about one thing",
  },
  request: { params: Id },
  responses: { 204: { description: "It is offered no more." }, ...problems(404, 409) },
});
const joinRoute = createRoute({
  ...{ method: "put", path: "/incidents/{id}/tickets/{ticketId}", tags, summary: "Let a ticket join" },
  request: { params: Place },
  responses: ok,
});
const leaveRoute = createRoute({
  ...{ method: "delete", path: "/incidents/{id}/tickets/{ticketId}", tags, summary: "Take a ticket out" },
  request: { params: Place },
  responses: ok,
});
const updateRoute = createRoute({
  ...{ method: "post", path: "/incidents/{id}/updates", tags, summary: "Tell everybody how it stands" },
  request: { params: Id, body: jsonBody(Update) },
  responses: ok,
});
const replyRoute = createRoute({
  ...{ method: "post", path: "/incidents/{id}/replies", tags, summary: "Reply to all, each in their language" },
  request: { params: Id, body: jsonBody(Update) },
  responses: ok,
});
const resolveRoute = createRoute({
  ...{ method: "post", path: "/incidents/{id}/resolution", tags, summary: "Say that it is over" },
  request: { params: Id, body: jsonBody(Resolution) },
  responses: ok,
});

/** Incidents, for agents. */
export function incidentRoutes() {
  const routes = apiRouter();
  addReading(routes);
  addMaking(routes);
  addTickets(routes);
  addTelling(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addReading(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { ticketId } = c.req.valid("query");
    const items = await c.get("db").transaction(deskId, (tx) => readIncidents(tx, deskId, { ticketId }));
    return c.json({ items }, 200);
  });
  routes.openapi(oneRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const incident = await c.get("db").transaction(deskId, (tx) => readWholeIncident(tx, deskId, id));
    return incident === null ? problem(c, 404, "Not found", NONE) : c.json(incident, 200);
  });
}

function addMaking(routes: Routes): void {
  routes.openapi(makeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { title, text = title, isPublic, ticketIds } = c.req.valid("json");
    const world = c.get("world");
    const incident = await c.get("db").transaction(deskId, async (tx) => {
      const id = await addIncident(tx, world, deskId, {
        ...{ state: "running", title, is_public: isPublic, began_at: world.clock.now() },
        ...{ ticketIds, joinedBy: `agent:${agent.id}` },
      });
      await addUpdate(tx, world, deskId, id, { kind: "begun", text, madeBy: agent.id });
      return readWholeIncident(tx, deskId, id);
    });
    return c.json(incident!, 201);
  });
  routes.openapi(acceptRoute, async (c) => {
    const { title, text = title, isPublic } = c.req.valid("json");
    const { world, agent, now } = whoActs(c);
    return answer(
      c,
      await changing(c, ["offered"], async (tx, incident) => {
        await changeIncident(tx, incident, { state: "running", title, is_public: isPublic, accepted_at: now });
        await addUpdate(tx, world, incident.desk_id, incident.incident_id, { kind: "begun", text, madeBy: agent.id });
        await seen(tx, incident, now);
      }),
    );
  });
  routes.openapi(dismissRoute, async (c) => {
    const { now } = whoActs(c);
    const result = await changing(c, ["offered"], async (tx, incident) => {
      await changeIncident(tx, incident, { state: "dismissed", resolved_at: now });
      await leaveAll(tx, incident, now);
      await seen(tx, incident, now);
    });
    if (result === "not-found") return problem(c, 404, "Not found", NONE);
    return typeof result === "string" ? problem(c, 409, "Not an offer", result) : c.body(null, 204);
  });
}

function addTickets(routes: Routes): void {
  routes.openapi(joinRoute, async (c) => {
    const { world, agent } = whoActs(c);
    const { ticketId } = c.req.valid("param");
    return answer(
      c,
      await changing(c, ["offered", "running"], async (tx, { desk_id, incident_id }) => {
        await joinIncident(tx, world, desk_id, incident_id, [ticketId], `agent:${agent.id}`);
      }),
    );
  });
  routes.openapi(leaveRoute, async (c) => {
    const { now } = whoActs(c);
    const { ticketId } = c.req.valid("param");
    return answer(
      c,
      await changing(c, ["offered", "running", "resolved"], async (tx, { desk_id, incident_id }) => {
        await leaveIncident(tx, desk_id, incident_id, ticketId, now);
      }),
    );
  });
}

function addTelling(routes: Routes): void {
  routes.openapi(updateRoute, async (c) => {
    const { world, agent } = whoActs(c);
    const { text } = c.req.valid("json");
    return answer(
      c,
      await changing(c, ["running"], (tx, { desk_id, incident_id }) =>
        addUpdate(tx, world, desk_id, incident_id, { kind: "update", text, madeBy: agent.id }),
      ),
    );
  });
  routes.openapi(replyRoute, async (c) => {
    const { world, agent } = whoActs(c);
    const { text: reply } = c.req.valid("json");
    return answer(
      c,
      await changing(c, ["running", "resolved"], async (tx, { desk_id, incident_id }) => {
        await askForActions(tx, world, desk_id, incident_id, { reply, closes: false, madeBy: agent.id });
      }),
    );
  });
  routes.openapi(resolveRoute, async (c) => {
    const { world, agent, now } = whoActs(c);
    const { text, closes, replies } = c.req.valid("json");
    return answer(
      c,
      await changing(c, ["running"], async (tx, incident) => {
        const { desk_id, incident_id } = incident;
        await changeIncident(tx, incident, { state: "resolved", resolved_at: now });
        await addUpdate(tx, world, desk_id, incident_id, { kind: "resolved", text, madeBy: agent.id });
        const reply = replies ? text : null;
        if (closes || replies)
          await askForActions(tx, world, desk_id, incident_id, { reply, closes, madeBy: agent.id });
      }),
    );
  });
}

function whoActs(c: ApiContext) {
  const world = c.get("world");
  return { world, agent: c.get("session").agent, now: world.clock.now() };
}

/** Changes one that is in one of these states, locked. */
async function changing(
  c: ApiContext,
  states: IncidentState[],
  change: (tx: Tx, incident: IncidentRow) => Promise<void>,
) {
  const { deskId } = c.get("session");
  const id = c.req.param("id")!;
  return await c.get("db").transaction(deskId, async (tx) => {
    const incident = await lockIncident(tx, deskId, id);
    if (incident === null) return "not-found" as const;
    if (!states.includes(incident.state))
      return `The incident is ${incident.state}. Nothing was changed: read it again.`;
    await change(tx, incident);
    return (await readWholeIncident(tx, deskId, id))!;
  });
}

function answer(c: ApiContext, result: Awaited<ReturnType<typeof changing>>) {
  if (result === "not-found") return problem(c, 404, "Not found", NONE);
  return typeof result === "string" ? problem(c, 409, "Not in this state", result) : c.json(result, 200);
}

const NONE = "This desk has no such incident.";

async function leaveAll(tx: Tx, { desk_id, incident_id }: IncidentRow, at: IncidentRow["began_at"]): Promise<void> {
  await tx
    .updateTable("incident_ticket")
    .set({ left_at: at })
    .where("desk_id", "=", desk_id)
    .where("incident_id", "=", incident_id)
    .where("left_at", "is", null)
    .execute();
}

/** Whoever decided needs not be told any more. */
async function seen(tx: Tx, { desk_id, incident_id }: IncidentRow, at: IncidentRow["began_at"]): Promise<void> {
  const others = await tx
    .selectFrom("incident")
    .select("incident_id")
    .where("desk_id", "=", desk_id)
    .where("state", "=", "offered")
    .where("incident_id", "<>", incident_id)
    .execute();
  await closeAlerts(
    tx,
    desk_id,
    "incident-offered",
    others.map((row) => row.incident_id),
    at,
  );
}
