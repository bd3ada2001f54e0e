import { createRoute, z } from "@hono/zod-openapi";
import {
  type ApiContext,
  apiRouter,
  deskOf,
  findAgent,
  IfMatch,
  ifMatchAllows,
  json,
  jsonBody,
} from "@permanence/people";
import { problem, problems, setEtag, versionedJson } from "@permanence/people";
import { addTeam, changeTeam, endTeam, listSpoken, listTeams, setSpoken, type TeamRefused } from "./team-store.ts";

const tags = ["People"];
const TeamView = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.number().int(),
    members: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .openapi("Team");
const Words = z.strictObject({
  name: z.string().trim().min(1, "must not be empty").max(100, "must be at most 100 characters"),
  memberIds: z.array(z.uuid()).max(1_000).default([]),
});
const Spoken = z.object({ agentId: z.string(), languages: z.array(z.string()) }).openapi("SpokenLanguages");
const Id = z.object({ id: z.uuid() });

const listRoute = createRoute({
  ...{ method: "get", path: "/teams", tags, summary: "Who works with whom, by the teams' names" },
  responses: { 200: json(z.object({ items: z.array(TeamView) }), "The teams; an agent may be in several.") },
});
const spokenRoute = createRoute({
  ...{ method: "get", path: "/teams/languages", tags, summary: "Which languages each agent speaks" },
  responses: {
    200: json(z.object({ items: z.array(Spoken) }), "Where nothing was said, the language of an agent's own pages."),
  },
});
const addRoute = createRoute({
  ...{ method: "post", path: "/team-settings", tags, summary: "Make a team" },
  request: { body: jsonBody(Words) },
  responses: { 201: versionedJson(TeamView, "The team."), ...problems(400, 409, 422) },
});
const changeRoute = createRoute({
  ...{ method: "put", path: "/team-settings/{id}", tags, summary: "Rename a team, and say who is in it" },
  request: { params: Id, headers: IfMatch, body: jsonBody(Words) },
  responses: { 200: versionedJson(TeamView, "The team as it is now."), ...problems(400, 404, 409, 412, 422) },
});
const endRoute = createRoute({
  ...{ method: "delete", path: "/team-settings/{id}", tags, summary: "End a team" },
  description: "It is offered no more. Tickets that it has stay with it until somebody else gets them.",
  request: { params: Id },
  responses: { 204: { description: "It is no more." }, ...problems(404) },
});
const speakRoute = createRoute({
  ...{ method: "put", path: "/team-settings/languages/{id}", tags, summary: "Say which languages an agent speaks" },
  request: { params: Id, body: jsonBody(z.strictObject({ languages: z.array(z.string().max(20)).max(20) })) },
  responses: { 200: json(Spoken, "What is known now."), ...problems(400, 404, 422) },
});

const REFUSALS = {
  "not-found": [404, "Not found", "This desk has no such team. Nothing was saved."],
  "changed-meanwhile": [
    412,
    "Changed meanwhile",
    "Somebody changed this since you read it. Nothing of yours was saved: read it again and repeat.",
  ],
  "name-taken": [409, "Taken already", "Another team has this name already. Nothing was saved: choose another one."],
  "no-such-agent": [422, "No such agent", "Nobody with this id works at this desk. Nothing was saved."],
} as const satisfies Record<TeamRefused, readonly [404 | 409 | 412 | 422, string, string]>;

function refuseTeam<R extends TeamRefused>(c: ApiContext, refused: R) {
  const [status, title, detail] = REFUSALS[refused];
  return problem(c, status as (typeof REFUSALS)[R][0], title, detail);
}

/** Teams, and who speaks what. */
export function teamRoutes() {
  const routes = apiRouter();
  addReading(routes);
  addWriting(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addReading(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    return c.json({ items: await c.get("db").transaction(deskId, (tx) => listTeams(tx, deskId)) }, 200);
  });

  routes.openapi(spokenRoute, async (c) => {
    const { deskId } = c.get("session");
    const spoken = await c.get("db").transaction(deskId, (tx) => listSpoken(tx, deskId));
    return c.json({ items: [...spoken].map(([agentId, languages]) => ({ agentId, languages })) }, 200);
  });
}

function addWriting(routes: Routes): void {
  routes.openapi(addRoute, async (c) => {
    const { deskId } = c.get("session");
    const [words, world] = [c.req.valid("json"), c.get("world")];
    const result = await c.get("db").transaction(deskId, async (tx) => {
      const added = await addTeam(tx, world, deskId, words);
      if (typeof added === "string") return added;
      return (await listTeams(tx, deskId)).find(({ id }) => id === added.id)!;
    });
    if (typeof result === "string") return refuseTeam(c, result);
    setEtag(c, result.version);
    return c.json(result, 201);
  });

  routes.openapi(changeRoute, async (c) => {
    const { deskId } = c.get("session");
    const [{ id: teamId }, words] = [c.req.valid("param"), c.req.valid("json")];
    const result = await c.get("db").transaction(deskId, async (tx) => {
      const changed = await changeTeam(tx, deskId, teamId, words, (version) => ifMatchAllows(c, version));
      return changed === "done" ? (await listTeams(tx, deskId)).find(({ id }) => id === teamId)! : changed;
    });
    if (typeof result === "string") return refuseTeam(c, result);
    setEtag(c, result.version);
    return c.json(result, 200);
  });

  routes.openapi(endRoute, async (c) => {
    const { deskId } = c.get("session");
    const now = c.get("world").clock.now();
    const isEnded = await c.get("db").transaction(deskId, (tx) => endTeam(tx, deskId, c.req.valid("param").id, now));
    return isEnded ? c.body(null, 204) : refuseTeam(c, "not-found");
  });

  routes.openapi(speakRoute, async (c) => {
    const { deskId } = c.get("session");
    const [{ id: agentId }, { languages }] = [c.req.valid("param"), c.req.valid("json")];
    const { settings } = await deskOf(c.get("db"), deskId);
    const unknown = languages.find((language) => !settings.languages.includes(language));
    if (unknown !== undefined) {
      const spoken = settings.languages.join(", ");
      return problem(c, 422, "Unknown language", `This desk speaks ${spoken}. Nothing was saved.`);
    }
    const result = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findAgent(tx, deskId, agentId)) === null) return null;
      await setSpoken(tx, deskId, agentId, languages);
      return (await listSpoken(tx, deskId)).get(agentId)!;
    });
    if (result === null)
      return problem(c, 404, "Not found", "Nobody with this id works at this desk. Nothing was saved.");
    return c.json({ agentId, languages: result }, 200);
  });
}
