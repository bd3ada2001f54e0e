import { createRoute, z } from "@hono/zod-openapi";
import { instant, newId } from "@permanence/kernel";
import { apiRouter, deskOf, findAgent, json, jsonBody, problem, problems } from "@permanence/people";
import { findOverlap, overlapSentence, planSwap } from "./arrangements.ts";
import type { DutyPlan } from "./duty-plan.ts";
import { NO_WINDOW, overrideView, OverrideView, peopleOf, Span, windowOf } from "./duty-views.ts";
import type { Override, Window } from "./rota.ts";
import { addOverride, findOverride, loadPlan, lockDuty, lookAtCallOuts, removeOverride } from "./rota-store.ts";

const tags = ["Duty"];

const place = { rota: z.string().min(1).max(100), level: z.int().min(0).max(4).default(0) };
const NewOverride = z.strictObject({ ...place, agentId: z.uuid(), ...Span });
const NewSwap = z.strictObject({ ...place, first: z.strictObject(Span), second: z.strictObject(Span) });

const addRoute = createRoute({
  ...{ method: "post", path: "/duty/overrides", tags, summary: "Put somebody on duty instead of whoever's turn it is" },
  request: { body: jsonBody(NewOverride) },
  responses: { 201: json(OverrideView, "What was arranged."), ...problems(400, 404, 409, 422) },
});
const swapRoute = createRoute({
  ...{ method: "post", path: "/duty/swaps", tags, summary: "Let the people of two stretches change places" },
  request: { body: jsonBody(NewSwap) },
  responses: {
    201: json(z.object({ items: z.array(OverrideView) }), "Both stretches."),
    ...problems(400, 404, 409, 422),
  },
});
const removeRoute = createRoute({
  ...{
    method: "delete",
    path: "/duty/overrides/{id}",
    tags,
    summary: "Take back what was arranged; a swap as a whole",
  },
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: "It counts no more." }, ...problems(404) },
});

/** What people arrange among themselves. */
export function arrangementRoutes() {
  const routes = apiRouter();
  addOverriding(routes);
  addSwapping(routes);
  addRemoving(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addOverriding(routes: Routes): void {
  routes.openapi(addRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { rota, level, agentId, ...span } = c.req.valid("json");
    const window = windowOf(span);
    if (window === null) return problem(c, 422, "No such window", NO_WINDOW);
    const [db, world] = [c.get("db"), c.get("world")];
    const desk = await deskOf(db, deskId);
    const result = await db.transaction(deskId, async (tx) => {
      await lockDuty(tx, deskId);
      const plan = await loadPlan(tx, desk, window);
      if (!hasLevel(plan, rota, level)) return "no-such-rota";
      if ((await findAgent(tx, deskId, agentId)) === null) return "no-such-agent";
      const wanted = { rota, level, agentId, ...window, swapId: null };
      const people = await peopleOf(tx, deskId);
      const overlap = findOverlap(plan.overrides, wanted);
      if (overlap !== null) return overlapSentence(overlap, people.get(overlap.agentId)?.name ?? "");
      const overrideId = await addOverride(tx, world, deskId, wanted, agent.id);
      await lookAtCallOuts(tx, deskId, world.clock.now());
      return overrideView({ overrideId, ...wanted }, people);
    });
    if (result === "no-such-rota") return problem(c, 404, "Not found", NO_ROTA);
    if (result === "no-such-agent") return problem(c, 422, "No such agent", NO_AGENT);
    if (typeof result === "string") return problem(c, 409, "Arranged already", result);
    return c.json(result, 201);
  });
}

function addSwapping(routes: Routes): void {
  routes.openapi(swapRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { rota, level, ...spans } = c.req.valid("json");
    const [first, second] = [windowOf(spans.first), windowOf(spans.second)];
    if (first === null || second === null) return problem(c, 422, "No such window", NO_WINDOW);
    const [db, world] = [c.get("db"), c.get("world")];
    const desk = await deskOf(db, deskId);
    const result = await db.transaction(deskId, async (tx) => {
      await lockDuty(tx, deskId);
      const plan = await loadPlan(tx, desk, enclosing(first, second));
      if (!hasLevel(plan, rota, level)) return { refused: "not-found" as const, sentence: NO_ROTA };
      const people = await peopleOf(tx, deskId);
      const swap = planSwap(plan, { rota, level }, first, second, newId(world));
      if ("overlap" in swap)
        return {
          refused: "conflict" as const,
          sentence: overlapSentence(swap.overlap, people.get(swap.overlap.agentId)?.name ?? ""),
        };
      if ("sentence" in swap) return { refused: "impossible" as const, sentence: swap.sentence };
      const made: Override[] = [];
      for (const wanted of swap.wanted)
        made.push({ overrideId: await addOverride(tx, world, deskId, wanted, agent.id), ...wanted });
      await lookAtCallOuts(tx, deskId, world.clock.now());
      return { items: made.map((each) => overrideView(each, people)) };
    });
    if (result.items !== undefined) return c.json({ items: result.items }, 201);
    if (result.refused === "not-found") return problem(c, 404, "Not found", result.sentence);
    if (result.refused === "conflict") return problem(c, 409, "Arranged already", result.sentence);
    return problem(c, 422, "Nothing to swap", result.sentence);
  });
}

function addRemoving(routes: Routes): void {
  routes.openapi(removeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const now = c.get("world").clock.now();
    const isKnown = await c.get("db").transaction(deskId, async (tx) => {
      await lockDuty(tx, deskId);
      const override = await findOverride(tx, deskId, id);
      if (override === null) return false;
      await removeOverride(tx, deskId, override, agent.id, now);
      await lookAtCallOuts(tx, deskId, now);
      return true;
    });
    return isKnown ? c.body(null, 204) : problem(c, 404, "Not found", "Nothing of this id is arranged.");
  });
}

const NO_ROTA = "This desk has no such rota, or the rota has no such level. Nothing was saved.";
const NO_AGENT = "Nobody with this id works at this desk. Nothing was saved.";

function enclosing(a: Window, b: Window): Window {
  return { from: instant(Math.min(a.from, b.from)), until: instant(Math.max(a.until, b.until)) };
}

function hasLevel({ rotas }: DutyPlan, name: string, level: number): boolean {
  return rotas.some((rota) => rota.name === name && level < rota.levels.length);
}
