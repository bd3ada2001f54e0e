import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, IfMatch, ifMatchAllows, json, jsonBody, problem, problems } from "@permanence/people";
import { setEtag, versionedJson } from "@permanence/people";
import { actorOf } from "./agent-actions.ts";
import { changeTag, findOrMakeTag, listTags, mergeTag, MOST_TAGS, setTags, TAG_COLOURS } from "./tag-store.ts";
import { answerTicket, changeTicket } from "./ticket-request.ts";
import { TicketView } from "./ticket-view.ts";
import { CHANGED_MEANWHILE } from "./view-routes.ts";

const tags = ["Tickets"];
const Name = z.string().trim().min(1, "must not be empty").max(50, "must be at most 50 characters");
const TagView = z
  .object({ id: z.string(), name: z.string(), colour: z.enum(TAG_COLOURS), version: z.number().int() })
  .openapi("Tag");
const Words = z.strictObject({ name: Name, colour: z.enum(TAG_COLOURS).default("grey") });
const Id = z.object({ id: z.uuid() });

const listRoute = createRoute({
  ...{ method: "get", path: "/tags", tags, summary: "The desk's tags, by name" },
  request: { query: z.object({ q: z.string().trim().max(50).optional() }) },
  responses: { 200: json(z.object({ items: z.array(TagView) }), "Those that begin with q, where it is given.") },
});
const makeRoute = createRoute({
  ...{ method: "post", path: "/tags", tags, summary: "Make a tag, or find the one of this name" },
  request: { body: jsonBody(Words) },
  responses: { 201: json(TagView, "The tag."), ...problems(400) },
});
const changeRoute = createRoute({
  ...{ method: "put", path: "/tag-settings/{id}", tags, summary: "Rename or recolour a tag, on all tickets at once" },
  request: { params: Id, headers: IfMatch, body: jsonBody(Words) },
  responses: { 200: versionedJson(TagView, "The tag as it is now."), ...problems(400, 404, 409, 412) },
});
const mergeRoute = createRoute({
  ...{ method: "post", path: "/tag-settings/{id}/merger", tags, summary: "Merge a tag into another, on all tickets" },
  request: { params: Id, body: jsonBody(z.strictObject({ into: z.uuid() })) },
  responses: { 200: json(TagView, "The tag that stands for both."), ...problems(400, 404, 422) },
});
const putRoute = createRoute({
  ...{ method: "put", path: "/tickets/{id}/tags", tags, summary: "Give a ticket these tags, and no others" },
  request: {
    params: Id,
    headers: IfMatch,
    body: jsonBody(z.strictObject({ tagIds: z.array(z.uuid()).max(MOST_TAGS, `must be at most ${MOST_TAGS}`) })),
  },
  responses: { 200: versionedJson(TicketView, "The ticket as it is now."), ...problems(400, 404, 409, 412, 422) },
});

/** Tags, and which of them a ticket has. */
export function tagRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { q } = c.req.valid("query");
    return c.json({ items: await c.get("db").transaction(deskId, (tx) => listTags(tx, deskId, q)) }, 200);
  });

  routes.openapi(makeRoute, async (c) => {
    const { deskId } = c.get("session");
    const [words, world] = [c.req.valid("json"), c.get("world")];
    return c.json(await c.get("db").transaction(deskId, (tx) => findOrMakeTag(tx, world, deskId, words)), 201);
  });

  routes.openapi(putRoute, async (c) => {
    const { tagIds } = c.req.valid("json");
    const result = await changeTicket(c, c.req.valid("param").id, (tx, change, { agent }) =>
      setTags(tx, change, actorOf(agent), tagIds),
    );
    return answerTicket(c, result, 200);
  });

  addSettings(routes);
  return routes;
}

function addSettings(routes: ReturnType<typeof apiRouter>): void {
  routes.openapi(changeRoute, async (c) => {
    const { deskId } = c.get("session");
    const [{ id }, words] = [c.req.valid("param"), c.req.valid("json")];
    const allows = (version: number) => ifMatchAllows(c, version);
    const changed = await c.get("db").transaction(deskId, (tx) => changeTag(tx, deskId, id, words, allows));
    if (changed === "not-found") return problem(c, 404, "Not found", NONE);
    if (changed === "changed-meanwhile") return problem(c, 412, "Changed meanwhile", CHANGED_MEANWHILE);
    if (changed === "name-taken") return problem(c, 409, "Taken already", TAKEN);
    setEtag(c, changed.version);
    return c.json(changed, 200);
  });

  routes.openapi(mergeRoute, async (c) => {
    const { deskId } = c.get("session");
    const [{ id }, { into }] = [c.req.valid("param"), c.req.valid("json")];
    const merged = await c.get("db").transaction(deskId, (tx) => mergeTag(tx, deskId, id, into));
    if (merged === "not-found") return problem(c, 404, "Not found", NONE);
    if (merged === "itself") return problem(c, 422, "The same tag", ITSELF);
    return c.json(merged, 200);
  });
}

const NONE = "This desk has no such tag. Nothing was saved.";
const TAKEN = "Another tag has this name already. Nothing was saved: merge the two instead.";
const ITSELF = "A tag cannot be merged into itself. Nothing was saved: choose another one.";
