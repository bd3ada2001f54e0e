import { createRoute, z } from "@hono/zod-openapi";
import { fromIso, instant, toIso } from "@permanence/kernel";
import { apiRouter, deskOf, IsoText, json, problem, problems } from "@permanence/people";
import { PRIORITIES } from "@permanence/sla";
import { findGaps } from "./duty-plan.ts";
import {
  GapView,
  Iso,
  LONGEST_WINDOW_MS,
  NO_WINDOW,
  onDutyView,
  OnDutyView,
  OverrideView,
  overrideView,
  peopleOf,
  ShiftView,
  shiftViews,
  Span,
  windowOf,
} from "./duty-views.ts";
import { findOverrides, loadPlan } from "./rota-store.ts";

const tags = ["Duty"];

const whoRoute = createRoute({
  ...{ method: "get", path: "/duty", tags, summary: "Who is on duty for each priority, and until when" },
  request: { query: z.object({ at: Iso.optional() }) },
  responses: { 200: json(z.object({ at: IsoText, items: z.array(OnDutyView) }), "By priority."), ...problems(400) },
});
const shiftsRoute = createRoute({
  ...{ method: "get", path: "/duty/shifts", tags, summary: "Every shift within a window, of every rota and level" },
  request: { query: z.object(Span) },
  responses: { 200: json(z.object({ items: z.array(ShiftView) }), "By rota, level and time."), ...problems(400, 422) },
});
const gapsRoute = createRoute({
  ...{ method: "get", path: "/duty/gaps", tags, summary: "Where a rota wants somebody on duty, and nobody is" },
  request: { query: z.object(Span) },
  responses: { 200: json(z.object({ items: z.array(GapView) }), "By rota and time."), ...problems(400, 422) },
});
const overridesRoute = createRoute({
  ...{ method: "get", path: "/duty/overrides", tags, summary: "What people arranged among themselves, from now on" },
  responses: { 200: json(z.object({ items: z.array(OverrideView) }), "By time.") },
});
/** Who is on duty, and where nobody is. */
export function dutyRoutes() {
  const routes = apiRouter();

  routes.openapi(whoRoute, async (c) => {
    const { deskId } = c.get("session");
    const desk = await deskOf(c.get("db"), deskId);
    const { at: asked } = c.req.valid("query");
    const at = asked === undefined ? c.get("world").clock.now() : fromIso(asked)!;
    const items = await c.get("db").transaction(deskId, async (tx) => {
      const plan = await loadPlan(tx, desk, { from: at, until: instant(at + LONGEST_WINDOW_MS) });
      const people = await peopleOf(tx, deskId);
      return PRIORITIES.map((priority) => onDutyView(plan, people, priority, at));
    });
    return c.json({ at: toIso(at), items }, 200);
  });

  routes.openapi(shiftsRoute, async (c) => {
    const window = windowOf(c.req.valid("query"));
    if (window === null) return problem(c, 422, "No such window", NO_WINDOW);
    const { deskId } = c.get("session");
    const desk = await deskOf(c.get("db"), deskId);
    const items = await c.get("db").transaction(deskId, async (tx) => {
      const [plan, people] = [await loadPlan(tx, desk, window), await peopleOf(tx, deskId)];
      return plan.rotas.flatMap((rota) => shiftViews(plan, rota, window, people));
    });
    return c.json({ items }, 200);
  });

  routes.openapi(gapsRoute, async (c) => {
    const window = windowOf(c.req.valid("query"));
    if (window === null) return problem(c, 422, "No such window", NO_WINDOW);
    const { deskId } = c.get("session");
    const desk = await deskOf(c.get("db"), deskId);
    const plan = await c.get("db").transaction(deskId, (tx) => loadPlan(tx, desk, window));
    const gaps = plan.rotas.flatMap((rota) => findGaps(plan, rota, window));
    return c.json(
      { items: gaps.map(({ rota, from, until }) => ({ rota, from: toIso(from), until: toIso(until) })) },
      200,
    );
  });

  routes.openapi(overridesRoute, async (c) => {
    const { deskId } = c.get("session");
    const from = c.get("world").clock.now();
    const items = await c.get("db").transaction(deskId, async (tx) => {
      const overrides = await findOverrides(tx, deskId, { from, until: instant(from + 10 * LONGEST_WINDOW_MS) });
      const people = await peopleOf(tx, deskId);
      return overrides.map((each) => overrideView(each, people));
    });
    return c.json({ items }, 200);
  });

  return routes;
}
