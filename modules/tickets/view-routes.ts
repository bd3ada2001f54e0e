import { createRoute, z } from "@hono/zod-openapi";
import { type ApiContext, apiRouter, IfMatch, ifMatchAllows, json, jsonBody } from "@permanence/people";
import { problem, problems, setEtag, versionedJson } from "@permanence/people";
import type { WatchDesk } from "./counted-tickets.ts";
import { COUNTED_TO, ViewCounts } from "./view-counts.ts";
import { resolveFilter, viewFilterSchema } from "./view-filter.ts";
import {
  addView,
  BUILT_IN,
  changeView,
  listAllFilters,
  listViews,
  MOST_VIEWS,
  readViewer,
  removeView,
  type StoredView,
} from "./view-store.ts";

const tags = ["Tickets"];
const ViewView = z
  .object({
    id: z.string().openapi({ description: "Of a built-in view a word, such as mine or nobody" }),
    kind: z.enum(["built-in", "shared", "own"]),
    name: z.string().nullable().openapi({ description: "Null where it is built in: pages have words of their own" }),
    filter: viewFilterSchema,
    version: z.number().int(),
  })
  .openapi("TicketListView");
const CountedView = ViewView.extend({
  count: z.int().openapi({ description: `How many tickets it shows, exact to ${COUNTED_TO}; one more means more` }),
}).openapi("CountedTicketListView");
const Words = z.strictObject({
  name: z.string().trim().min(1, "must not be empty").max(100, "must be at most 100 characters"),
  filter: viewFilterSchema,
});
const Id = z.object({ id: z.uuid() });

const listRoute = createRoute({
  ...{ method: "get", path: "/ticket-views", tags, summary: "The views of the ticket list, each with its count" },
  responses: { 200: json(z.object({ items: z.array(CountedView) }), "Built in, shared, and one's own.") },
});

/** @param path where they stand @param whose in the document's words */
function writing<P extends string>(path: P, whose: string) {
  return {
    add: createRoute({
      ...{ method: "post", path, tags, summary: `Keep a filter as ${whose} view` },
      request: { body: jsonBody(Words) },
      responses: { 201: versionedJson(ViewView, "The view."), ...problems(400, 422) },
    }),
    change: createRoute({
      ...{ method: "put", path: `${path}/{id}` as const, tags, summary: `Change ${whose} view` },
      request: { params: Id, headers: IfMatch, body: jsonBody(Words) },
      responses: { 200: versionedJson(ViewView, "The view as it is now."), ...problems(400, 404, 412) },
    }),
    remove: createRoute({
      ...{ method: "delete", path: `${path}/{id}` as const, tags, summary: `Take ${whose} view away` },
      request: { params: Id },
      responses: { 204: { description: "It is no more." }, ...problems(404) },
    }),
  };
}

const OWN = writing("/ticket-views", "one's own");
const SHARED = writing("/shared-ticket-views", "everybody's");

/** Views of the ticket list, and how many tickets stand in each. @param watch tells when counts are old */
export function viewRoutes(watch: WatchDesk) {
  const routes = apiRouter();
  const counts = new ViewCounts(watch);

  routes.openapi(listRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const [db, now] = [c.get("db"), c.get("world").clock.now()];
    const { stored, viewer, filters } = await db.transaction(deskId, async (tx) => ({
      stored: await listViews(tx, deskId, agent.id),
      viewer: await readViewer(tx, deskId, agent.id),
      filters: await listAllFilters(tx, deskId),
    }));
    const views = [...Object.entries(BUILT_IN).map(builtInView), ...stored.map(viewView)];
    const apart = {
      tagIds: resolveFilter(
        { ...BUILT_IN["open"]!, tags: [...new Set(filters.flatMap(({ tags: ids }) => ids))] },
        viewer,
      ).tagIds,
      organisationIds: [...new Set(filters.flatMap(({ organisationId }) => organisationId ?? []))],
    };
    const wanted = views.map(({ filter }) => resolveFilter(filter, viewer));
    const counted = await counts.count(db, deskId, now, wanted, { ...apart, tagIds: apart.tagIds ?? [] });
    return c.json({ items: views.map((view, index) => ({ ...view, count: counted[index]! })) }, 200);
  });

  addWriting(routes, OWN, (c) => c.get("session").agent.id);
  addWriting(routes, SHARED, () => null);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;
type Writing = typeof OWN | typeof SHARED;

function addWriting(routes: Routes, { add, change, remove }: Writing, ownerOf: (c: ApiContext) => string | null): void {
  routes.openapi(add, async (c) => {
    const { deskId } = c.get("session");
    const [words, world] = [c.req.valid("json"), c.get("world")];
    const added = await c.get("db").transaction(deskId, (tx) => addView(tx, world, deskId, ownerOf(c), words));
    if (added === "too-many") return problem(c, 422, "Too many", TOO_MANY);
    setEtag(c, added.version);
    return c.json(viewView(added), 201);
  });

  routes.openapi(change, async (c) => {
    const { deskId } = c.get("session");
    const place = { ownerId: ownerOf(c), viewId: c.req.valid("param").id };
    const allows = (version: number) => ifMatchAllows(c, version);
    const changed = await c
      .get("db")
      .transaction(deskId, (tx) => changeView(tx, deskId, place, c.req.valid("json"), allows));
    if (changed === "not-found") return problem(c, 404, "Not found", NONE);
    if (changed === "changed-meanwhile") return problem(c, 412, "Changed meanwhile", CHANGED_MEANWHILE);
    setEtag(c, changed.version);
    return c.json(viewView(changed), 200);
  });

  routes.openapi(remove, async (c) => {
    const { deskId } = c.get("session");
    const place = { ownerId: ownerOf(c), viewId: c.req.valid("param").id };
    const isGone = await c.get("db").transaction(deskId, (tx) => removeView(tx, deskId, place));
    return isGone ? c.body(null, 204) : problem(c, 404, "Not found", NONE);
  });
}

const NONE = "This desk has no such view. Choose another one.";
const TOO_MANY = `There are ${MOST_VIEWS} such views already. Nothing was saved: take one away first.`;
export const CHANGED_MEANWHILE =
  "Somebody changed this since you read it. Nothing of yours was saved: read it again and repeat.";

function viewView({ id, ownerId, name, filter, version }: StoredView) {
  return { id, kind: ownerId === null ? ("shared" as const) : ("own" as const), name, filter, version };
}

function builtInView([id, filter]: [string, StoredView["filter"]]) {
  return { id, kind: "built-in" as const, name: null, filter, version: 0 };
}
