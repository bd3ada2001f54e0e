import { createRoute, z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import {
  type ApiContext,
  apiRouter,
  IfMatch,
  ifMatchAllows,
  json,
  jsonBody,
  listOf,
  pageOf,
  pageQuery,
  problem,
  problems,
  setEtag,
  versionedJson,
} from "@permanence/people";
import { TextsSchema } from "@permanence/tickets";
import { addComment, moderateComment } from "./comment-store.ts";
import { mergeSuggestions } from "./merge.ts";
import { readWaiting } from "./moderation.ts";
import { afterKey, listQuery, NONE } from "./public-routes.ts";
import { changeState } from "./state-change.ts";
import { agentView, keyOf, listSuggestions } from "./suggestion-reading.ts";
import { addEvent, changeSuggestion, lockSuggestions } from "./suggestion-store.ts";
import { ABOUT, LANGUAGES, MODERATIONS, SUGGESTION_STATES, type SuggestionRow } from "./suggestion-tables.ts";
import { AgentSuggestion, AgentWholeSuggestion, WaitingItem } from "./suggestion-view.ts";
import { readAgentWhole } from "./whole-suggestion.ts";

const tags = ["Suggestions"];
const Id = z.object({ id: z.uuid() });
const ok = {
  200: versionedJson(AgentWholeSuggestion, "The suggestion as it is now."),
  ...problems(400, 404, 409, 412, 422),
};
const text = z.string().trim().min(1, "must not be empty").max(5_000);
const Judgement = z
  .strictObject({
    decision: z.enum(["approved", "rejected"]),
    reason: z.string().trim().min(1, "must not be empty").max(1_000).optional(),
  })
  .refine(({ decision, reason }) => decision === "approved" || reason !== undefined, {
    ...{ path: ["reason"], message: "must not be empty" },
  })
  .openapi({ description: "Who wrote it reads the reason; rejected is never without." });

const listRoute = createRoute({
  ...{ method: "get", path: "/suggestions", tags, summary: "Suggestions, with whose they are" },
  request: {
    query: pageQuery(afterKey).extend({
      ...{ ...listQuery, moderation: z.enum(MODERATIONS).optional(), ticketId: z.uuid().optional() },
      q: z.string().trim().max(200).optional().openapi({ description: "What the title must hold." }),
    }),
  },
  responses: { 200: json(listOf(AgentSuggestion), "One page."), ...problems(400) },
});
const waitingRoute = createRoute({
  ...{ method: "get", path: "/suggestions/waiting", tags, summary: "What waits to be approved, the oldest first" },
  responses: {
    200: json(
      z.object({ count: z.number().int(), items: z.array(WaitingItem) }),
      "How much waits, and a hundred of it.",
    ),
  },
});
const oneRoute = createRoute({
  ...{ method: "get", path: "/suggestions/{id}", tags, summary: "One suggestion, with all that is said of it" },
  request: { params: Id },
  responses: { 200: versionedJson(AgentWholeSuggestion, "The suggestion."), ...problems(404) },
});
const editRoute = createRoute({
  ...{ method: "patch", path: "/suggestions/{id}", tags, summary: "Word a suggestion better" },
  request: {
    ...{ params: Id, headers: IfMatch },
    body: jsonBody(
      z.strictObject({
        title: z.string().trim().min(1, "must not be empty").max(200).optional(),
        ...{ text: text.optional(), language: z.enum(LANGUAGES).optional(), about: z.enum(ABOUT).optional() },
      }),
    ),
  },
  responses: ok,
});
const judgeRoute = createRoute({
  ...{ method: "put", path: "/suggestions/{id}/moderation", tags, summary: "Approve a suggestion, or hide it" },
  request: { params: Id, headers: IfMatch, body: jsonBody(Judgement) },
  responses: ok,
});
const judgeCommentRoute = createRoute({
  ...{ method: "put", path: "/suggestions/{id}/comments/{commentId}/moderation", tags },
  summary: "Approve a comment, or hide it",
  request: { params: Id.extend({ commentId: z.uuid() }), body: jsonBody(Judgement) },
  responses: ok,
});
const stateRoute = createRoute({
  ...{
    method: "put",
    path: "/suggestions/{id}/state",
    tags,
    summary: "Give it another state, and tell who follows it",
  },
  request: {
    ...{ params: Id, headers: IfMatch },
    body: jsonBody(z.strictObject({ state: z.enum(SUGGESTION_STATES), reason: TextsSchema.optional() })),
  },
  responses: ok,
});
const mergeRoute = createRoute({
  ...{ method: "put", path: "/suggestions/{id}/merge", tags, summary: "Merge it into another, which it leads to then" },
  description: "Votes, followers and comments move; who voted for both counts once.",
  request: { params: Id, headers: IfMatch, body: jsonBody(z.strictObject({ into: z.uuid() })) },
  responses: ok,
});
const answerRoute = createRoute({
  ...{ method: "post", path: "/suggestions/{id}/answers", tags, summary: "Answer in the name of the desk" },
  request: { params: Id, body: jsonBody(z.strictObject({ text, language: z.enum(LANGUAGES) })) },
  responses: ok,
});

/** Suggestions, for agents. */
export function suggestionRoutes() {
  const routes = apiRouter();
  addReading(routes);
  addWording(routes);
  addJudging(routes);
  addDeciding(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addReading(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: after, ...filter } = c.req.valid("query");
    const wanted = { ...filter, after, limit: limit + 1 };
    const rows = await c.get("db").transaction(deskId, (tx) => listSuggestions(tx, deskId, { kind: "agent" }, wanted));
    return c.json(pageOf(rows, limit, agentView, keyOf(filter.sort)), 200);
  });
  routes.openapi(waitingRoute, async (c) => {
    const { deskId } = c.get("session");
    return c.json(await c.get("db").transaction(deskId, (tx) => readWaiting(tx, deskId, 100)), 200);
  });
  routes.openapi(oneRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    return answer(c, (await c.get("db").transaction(deskId, (tx) => readAgentWhole(tx, deskId, id))) ?? "not-found");
  });
}

function addWording(routes: Routes): void {
  routes.openapi(editRoute, async (c) => {
    const change = Object.fromEntries(Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined));
    return answer(
      c,
      await changing(c, async (acting, suggestion) => {
        if (Object.keys(change).length === 0) return "done";
        await changeSuggestion(acting.tx, suggestion, change);
        await note(acting, suggestion, "edited", { changed: Object.keys(change) });
        return "done";
      }),
    );
  });
  routes.openapi(answerRoute, async (c) => {
    const said = c.req.valid("json");
    return answer(
      c,
      await changing(c, async (acting, suggestion) => {
        if (suggestion.merged_into !== null) return "merged";
        const { tx, world, deskId, agentId } = acting;
        const suggestionId = suggestion.suggestion_id;
        await addComment(tx, world, deskId, { ...said, suggestionId, contactId: null, agentId, signed: false });
        await note(acting, suggestion, "answered", {});
        return "done";
      }),
    );
  });
}

function addJudging(routes: Routes): void {
  routes.openapi(judgeRoute, async (c) => {
    const { decision: moderation, reason = null } = c.req.valid("json");
    return answer(
      c,
      await changing(c, async (acting, suggestion) => {
        const moderation_reason = moderation === "approved" ? null : reason;
        await changeSuggestion(acting.tx, suggestion, { moderation, moderation_reason });
        await note(acting, suggestion, moderation, {});
        return "done";
      }),
    );
  });
  routes.openapi(judgeCommentRoute, async (c) => {
    const { decision: moderation, reason = null } = c.req.valid("json");
    const { commentId } = c.req.valid("param");
    return answer(
      c,
      await changing(c, async (acting, suggestion) => {
        const place = { suggestionId: suggestion.suggestion_id, commentId };
        const judgement = { moderation, reason: moderation === "approved" ? null : reason };
        if (!(await moderateComment(acting.tx, acting.deskId, place, judgement))) return "no-comment";
        await note(acting, suggestion, `comment-${moderation}`, { commentId });
        return "done";
      }),
    );
  });
}

function addDeciding(routes: Routes): void {
  routes.openapi(stateRoute, async (c) => {
    const { state, reason = null } = c.req.valid("json");
    return answer(
      c,
      await changing(c, (acting, suggestion) =>
        changeState(acting.tx, acting.world, suggestion, { state, reason, actor: acting.actor }),
      ),
    );
  });
  routes.openapi(mergeRoute, async (c) => {
    const { into: intoId } = c.req.valid("json");
    return answer(
      c,
      await changing(
        c,
        async ({ tx, world, actor }, from, into) => {
          if (from.suggestion_id === intoId) return "itself";
          if (into === undefined) return "not-found";
          if (from.merged_into !== null) return "merged";
          if (into.merged_into !== null || into.moderation !== "approved") return "no-target";
          await mergeSuggestions(tx, world, from, into, actor);
          return "done";
        },
        intoId,
      ),
    );
  });
}

export type Acting = { tx: Tx; world: World; deskId: DeskId; agentId: string; actor: string };
type Failure = keyof typeof REFUSALS;
type Outcome<F extends Failure> = "done" | F;

/** Changes one, locked, at the version that If-Match names. `other` is locked with it. */
async function changing<F extends Failure = never>(
  c: ApiContext,
  change: (acting: Acting, suggestion: SuggestionRow, other?: SuggestionRow) => Promise<Outcome<F>>,
  otherId?: string,
) {
  const { deskId, agent } = c.get("session");
  const id = c.req.param("id")!;
  return await c.get("db").transaction(deskId, async (tx) => {
    const rows = await lockSuggestions(tx, deskId, otherId === undefined ? [id] : [id, otherId]);
    const suggestion = rows.find((row) => row.suggestion_id === id);
    if (suggestion === undefined) return "not-found" as const;
    if (!ifMatchAllows(c, suggestion.version)) return "changed-meanwhile" as const;
    const acting = { tx, world: c.get("world"), deskId, agentId: agent.id, actor: `agent:${agent.id}` };
    const other = rows.find((row) => row.suggestion_id === otherId);
    const outcome = await change(acting, suggestion, other);
    return outcome === "done" ? (await readAgentWhole(tx, deskId, id))! : outcome;
  });
}

function note(
  { tx, world, deskId, actor }: Acting,
  { suggestion_id: id }: SuggestionRow,
  type: Parameters<typeof addEvent>[4]["type"],
  data: Record<string, unknown>,
) {
  return addEvent(tx, world, deskId, id, { type, actor, data });
}

type Whole = NonNullable<Awaited<ReturnType<typeof readAgentWhole>>>;

function answer<R extends keyof typeof REFUSALS>(c: ApiContext, result: Whole | R) {
  if (typeof result !== "string") {
    setEtag(c, result.version);
    return c.json(result, 200);
  }
  const [status, title, detail] = REFUSALS[result];
  return problem(c, status as (typeof REFUSALS)[R][0], title, detail);
}

const REFUSALS = {
  "not-found": [404, "Not found", NONE],
  "no-comment": [404, "Not found", "This suggestion has no such comment of a customer's. Nothing was changed."],
  merged: [409, "Merged", "This suggestion was merged into another. Nothing was changed: go on there."],
  "not-shown": [409, "Not approved", "Nobody sees this suggestion yet. Nothing was changed: approve it first."],
  "needs-reason": [
    422,
    "Reason missing",
    "Say why it is declined: everybody who follows it reads the reason. Nothing was changed.",
  ],
  itself: [409, "The same", "A suggestion cannot be merged into itself. Nothing was changed."],
  "no-target": [
    409,
    "Not there",
    "It can be merged into an approved suggestion alone, not merged itself. Nothing was changed.",
  ],
  "changed-meanwhile": [
    412,
    "Changed meanwhile",
    "Somebody changed this suggestion since you read it. Nothing of yours was saved: read it again and repeat.",
  ],
} as const satisfies Record<string, readonly [404 | 409 | 412 | 422, string, string]>;
