import { createRoute, z } from "@hono/zod-openapi";
import { lookUp } from "@permanence/database";
import {
  type ApiContext,
  apiRouter,
  type Desk,
  deskOf,
  json,
  listOf,
  pageOf,
  pageQuery,
  problem,
  problems,
} from "@permanence/people";
import { findSimilar } from "./similar.ts";
import { keyOf, listSuggestions, publicView } from "./suggestion-reading.ts";
import { ABOUT, SUGGESTION_STATES } from "./suggestion-tables.ts";
import { SimilarView, SuggestionView, WholeSuggestion } from "./suggestion-view.ts";
import { findFollow, setFollow } from "./vote-store.ts";
import { readPublicWhole } from "./whole-suggestion.ts";

const common = { tags: ["Suggestions"], security: [] };
const Language = z
  .string()
  .regex(/^[a-z]{2}$/)
  .optional();
const Slug = z.object({ slug: z.string().max(100) });
const Token = Slug.extend({ token: z.string().max(100) });
export const afterKey = z.tuple([z.number().int(), z.uuid()]);
export const listQuery = {
  sort: z.enum(["votes", "new"]).default("votes"),
  state: z.enum(SUGGESTION_STATES).optional(),
  about: z.enum(ABOUT).optional(),
  language: Language,
};

const listRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/suggestions", ...common, summary: "What customers suggest" },
  request: { params: Slug, query: pageQuery(afterKey).extend(listQuery) },
  responses: { 200: json(listOf(SuggestionView), "One page of those that were approved."), ...problems(400, 404) },
});
const oneRoute = createRoute({
  ...{
    method: "get",
    path: "/desks/{slug}/suggestions/{id}",
    ...common,
    summary: "One suggestion, with what is said of it",
  },
  request: { params: Slug.extend({ id: z.uuid() }) },
  responses: { 200: json(WholeSuggestion, "The suggestion."), ...problems(404) },
});
const similarRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/similar-suggestions", ...common },
  summary: "Likely duplicates of what somebody types, the likeliest first",
  request: {
    params: Slug,
    query: z.object({ text: z.string().max(5_000), language: Language, except: z.uuid().optional() }),
  },
  responses: { 200: json(SimilarView, "Five at most."), ...problems(400, 404) },
});
const Followed = z.object({ title: z.string(), follows: z.boolean() }).openapi("FollowedSuggestion");
const followRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/suggestion-follows/{token}", ...common },
  summary: "What the link in a mail to a follower is of",
  description:
    "Reading changes nothing: programs that follow links in mails do that, too. Browsers are sent to the page.",
  request: { params: Token },
  responses: {
    200: json(Followed, "The suggestion, and whether it is still followed."),
    303: { description: "To the page, for browsers." },
    ...problems(404),
  },
});
const endRoute = createRoute({
  ...{ method: "post", path: "/desks/{slug}/suggestion-follows/{token}", ...common },
  summary: "Follow no longer, by one click (RFC 8058)",
  request: { params: Token },
  responses: { 200: json(Followed, "No more mail of it goes there."), ...problems(404) },
});

/** For customers, without signing in. */
export function publicSuggestionRoutes() {
  const routes = apiRouter();
  addReading(routes);
  addFollows(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addReading(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const desk = await findDesk(c, c.req.valid("param").slug);
    if (desk === null) return problem(c, 404, "Not found", NO_DESK);
    const { limit, cursor: after, ...filter } = c.req.valid("query");
    const wanted = { ...filter, after, limit: limit + 1 };
    const rows = await c
      .get("db")
      .transaction(desk.deskId, (tx) => listSuggestions(tx, desk.deskId, { kind: "public" }, wanted));
    return c.json(pageOf(rows, limit, publicView, keyOf(filter.sort)), 200);
  });
  routes.openapi(oneRoute, async (c) => {
    const { slug, id } = c.req.valid("param");
    const desk = await findDesk(c, slug);
    if (desk === null) return problem(c, 404, "Not found", NO_DESK);
    const whole = await c.get("db").transaction(desk.deskId, (tx) => readPublicWhole(tx, desk.deskId, id));
    return whole === null ? problem(c, 404, "Not found", NONE) : c.json(whole, 200);
  });
  routes.openapi(similarRoute, async (c) => {
    const desk = await findDesk(c, c.req.valid("param").slug);
    if (desk === null) return problem(c, 404, "Not found", NO_DESK);
    const { language = desk.settings.languages[0]!, ...asked } = c.req.valid("query");
    const items = await c
      .get("db")
      .transaction(desk.deskId, (tx) => findSimilar(tx, desk.deskId, { ...asked, language }));
    return c.json({ items }, 200);
  });
}

function addFollows(routes: Routes): void {
  routes.openapi(followRoute, async (c) => {
    const { slug, token } = c.req.valid("param");
    const desk = await findDesk(c, slug);
    if (desk === null) return problem(c, 404, "Not found", FORGED);
    const follow = await c.get("db").transaction(desk.deskId, (tx) => findFollow(tx, desk.deskId, token));
    if (follow === null) return problem(c, 404, "Not found", FORGED);
    if (c.req.header("accept")?.includes("text/html")) {
      return c.redirect(`/${desk.settings.languages[0]}/suggestions/unfollow/${token}`, 303);
    }
    return c.json({ title: follow.title, follows: follow.isFollowing }, 200);
  });
  routes.openapi(endRoute, async (c) => {
    const { slug, token } = c.req.valid("param");
    const desk = await findDesk(c, slug);
    if (desk === null) return problem(c, 404, "Not found", FORGED);
    const { deskId } = desk;
    const title = await c.get("db").transaction(deskId, async (tx) => {
      const follow = await findFollow(tx, deskId, token);
      if (follow === null) return null;
      for (const suggestionId of follow.places) {
        await setFollow(tx, c.get("world"), deskId, { suggestionId, contactId: follow.contactId }, false);
      }
      return follow.title;
    });
    return title === null ? problem(c, 404, "Not found", FORGED) : c.json({ title, follows: false }, 200);
  });
}

export const NONE = "This desk has no such suggestion.";
const NO_DESK = "There is no such desk.";
const FORGED = "This link is not one of ours, or is not whole. Nothing was changed: open it from our mail.";

async function findDesk(c: ApiContext, slug: string): Promise<Desk | null> {
  const deskId = await lookUp(c.get("db"), "desk", slug);
  return deskId === null ? null : deskOf(c.get("db"), deskId);
}
