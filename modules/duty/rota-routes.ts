import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { type Agent, apiRouter, type Desk, deskOf, IfMatch, ifMatchAllows } from "@permanence/people";
import { jsonBody, listAgents, problem, problems, setEtag, versionedJson, json } from "@permanence/people";
import { dutySettingsSchema, findDutySettings, saveDutySettings } from "./duty-settings.ts";
import { type RotaDocument, rotaDocumentSchema, unknownCalendars } from "./rota-document.ts";
import { findRotas, lockDuty, lookAtCallOuts, saveRota, type StoredRota } from "./rota-store.ts";

const tags = ["Duty"];
const Name = z.object({ name: z.string().trim().min(1).max(100) });
const RotaView = z
  .object({ name: z.string(), version: z.number().int(), document: rotaDocumentSchema })
  .openapi("Rota", { description: "People by their agents' ids; calendars by their names, or always" });
const SettingsView = dutySettingsSchema.openapi("DutySettings");

const listRoute = createRoute({
  ...{ method: "get", path: "/rotas", tags, summary: "Every rota, by name" },
  responses: { 200: json(z.object({ items: z.array(RotaView) }), "The rotas as they are now.") },
});
const putRoute = createRoute({
  ...{ method: "put", path: "/rotas/{name}", tags, summary: "Make a rota, or change it from now on" },
  description: "Call-outs that run go by it at once: whoever is on duty now is called now.",
  request: { params: Name, headers: IfMatch, body: jsonBody(rotaDocumentSchema) },
  responses: { 200: versionedJson(RotaView, "The rota as it is now."), ...problems(400, 409, 412, 422) },
});
const deleteRoute = createRoute({
  ...{ method: "delete", path: "/rotas/{name}", tags, summary: "Take a rota away" },
  description: "Its priorities then call leads and admins.",
  request: { params: Name },
  responses: { 204: { description: "There is none of this name any more." }, ...problems(404) },
});
const getSettings = createRoute({
  ...{ method: "get", path: "/duty-settings", tags, summary: "How people are called" },
  responses: { 200: versionedJson(SettingsView, "Minutes, and times of day in the desk's time zone.") },
});
const putSettings = createRoute({
  ...{ method: "put", path: "/duty-settings", tags, summary: "Change how people are called" },
  request: { headers: IfMatch, body: jsonBody(dutySettingsSchema) },
  responses: { 200: versionedJson(SettingsView, "The settings as they are now."), ...problems(400, 412) },
});

/** Rotas and settings, for those who decide them. */
export function rotaRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    return c.json({ items: await c.get("db").transaction(deskId, (tx) => findRotas(tx, deskId)) }, 200);
  });

  routes.openapi(putRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const [{ name }, document] = [c.req.valid("param"), c.req.valid("json")];
    const [db, world] = [c.get("db"), c.get("world")];
    const desk = await deskOf(db, deskId);
    const result = await db.transaction(deskId, async (tx) => {
      await lockDuty(tx, deskId);
      const known = await findRotas(tx, deskId);
      const version = known.find((rota) => rota.name === name)?.version ?? 0;
      if (!ifMatchAllows(c, version)) return "changed-meanwhile";
      const refused = await refuse(tx, desk, { name, document }, known);
      if (refused !== null) return refused;
      const saved = await saveRota(tx, world, deskId, { name, document, madeBy: agent.id });
      await lookAtCallOuts(tx, deskId, world.clock.now());
      return { name, version: saved, document };
    });
    if (result === "changed-meanwhile") return problem(c, 412, "Changed meanwhile", CHANGED_MEANWHILE);
    if ("conflict" in result) return problem(c, 409, "Taken already", result.conflict);
    if ("sentence" in result) return problem(c, 422, "Unknown", result.sentence);
    setEtag(c, result.version);
    return c.json(result, 200);
  });

  routes.openapi(deleteRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { name } = c.req.valid("param");
    const world = c.get("world");
    const isKnown = await c.get("db").transaction(deskId, async (tx) => {
      await lockDuty(tx, deskId);
      if (!(await findRotas(tx, deskId)).some((rota) => rota.name === name)) return false;
      await saveRota(tx, world, deskId, { name, document: null, madeBy: agent.id });
      await lookAtCallOuts(tx, deskId, world.clock.now());
      return true;
    });
    return isKnown ? c.body(null, 204) : problem(c, 404, "Not found", "This desk has no such rota.");
  });

  addSettings(routes);
  return routes;
}

function addSettings(routes: ReturnType<typeof apiRouter>): void {
  routes.openapi(getSettings, async (c) => {
    const { deskId } = c.get("session");
    const { settings, version } = await c.get("db").transaction(deskId, (tx) => findDutySettings(tx, deskId));
    setEtag(c, version);
    return c.json(settings, 200);
  });

  routes.openapi(putSettings, async (c) => {
    const { deskId } = c.get("session");
    const settings = c.req.valid("json");
    const version = await c.get("db").transaction(deskId, async (tx) => {
      await lockDuty(tx, deskId);
      if (!ifMatchAllows(c, (await findDutySettings(tx, deskId)).version)) return null;
      await saveDutySettings(tx, deskId, settings);
      return (await findDutySettings(tx, deskId)).version;
    });
    if (version === null) return problem(c, 412, "Changed meanwhile", CHANGED_MEANWHILE);
    setEtag(c, version);
    return c.json(settings, 200);
  });
}

const CHANGED_MEANWHILE =
  "Somebody changed this since you read it. Nothing of yours was saved: read it again and repeat.";

type Refused = { conflict: string } | { sentence: string };

/** Why a rota cannot be: people who do not work here, calendars that do not exist, a priority that another rota has. */
async function refuse(
  tx: Tx,
  desk: Desk,
  { name, document }: Pick<StoredRota, "name" | "document">,
  known: readonly StoredRota[],
): Promise<Refused | null> {
  const [calendar] = unknownCalendars(document, desk);
  if (calendar !== undefined)
    return { sentence: `This desk has no calendar "${calendar}". Nothing was saved: name one that it has, or always.` };
  if (!areAllKnown(document, await listAgents(tx, desk.deskId)))
    return {
      sentence: "Somebody on the rota does not work at this desk. Nothing was saved: name agents by their ids.",
    };
  for (const other of known.filter((rota) => rota.name !== name)) {
    const shared = document.priorities.find((priority) => other.document.priorities.includes(priority));
    if (shared !== undefined)
      return {
        conflict: `The rota "${other.name}" has the priority ${shared} already. Nothing was saved: take it out there first.`,
      };
  }
  return null;
}

function areAllKnown({ levels }: RotaDocument, agents: readonly Agent[]): boolean {
  const known = new Set(agents.map(({ id }) => id));
  return levels.flat().every(({ people }) => people.every((agentId) => known.has(agentId)));
}
