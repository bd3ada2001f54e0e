import { createRoute, z } from "@hono/zod-openapi";
import { type Instant, toIso } from "@permanence/kernel";
import { type ApiContext, apiRouter, type Desk, deskOf, IfMatch, IsoText, json, jsonBody } from "@permanence/people";
import { problem, problems, versionedJson } from "@permanence/people";
import { actorOf } from "./agent-actions.ts";
import { placeOf, SNOOZE_NAMES, snoozeTimes, snoozeUntilDay } from "./snooze-times.ts";
import { snoozeTicket, wakeTicket } from "./snooze.ts";
import { foldAll } from "./ticket-clocks.ts";
import { answerTicket, changeTicket } from "./ticket-request.ts";
import { TicketView } from "./ticket-view.ts";

const tags = ["Tickets"];
const Id = z.object({ id: z.uuid() });
const Until = z.union([
  z.enum([...SNOOZE_NAMES, "reply"]),
  z.iso.date().openapi({ description: "A day: until work begins on it" }),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) as Instant),
]);
const Times = z
  .object({
    "later-today": IsoText.nullable(),
    tomorrow: IsoText.nullable(),
    "next-working-day": IsoText.nullable(),
  })
  .openapi("SnoozeTimes");

const timesRoute = createRoute({
  ...{ method: "get", path: "/tickets/snooze-times", tags, summary: "What the words of a snooze stand for now" },
  responses: { 200: json(Times, "Null where there is none: late in the evening nothing is later today.") },
});
const putRoute = createRoute({
  ...{ method: "put", path: "/tickets/{id}/snooze", tags, summary: "Put a ticket aside for a while" },
  description:
    "No clock stops for it: a ticket comes back by itself before a clock that runs is near its end, and when the customer writes.",
  request: { params: Id, headers: IfMatch, body: jsonBody(z.strictObject({ until: Until })) },
  responses: { 200: versionedJson(TicketView, "The ticket as it is now."), ...problems(400, 404, 409, 412, 422) },
});
const deleteRoute = createRoute({
  ...{ method: "delete", path: "/tickets/{id}/snooze", tags, summary: "Bring a ticket back" },
  request: { params: Id, headers: IfMatch },
  responses: { 200: versionedJson(TicketView, "The ticket as it is now."), ...problems(404, 409, 412, 422) },
});

/** Putting tickets aside. */
export function snoozeRoutes() {
  const routes = apiRouter();

  routes.openapi(timesRoute, async (c) => {
    const { now, place } = await whereAndWhen(c);
    const entries = Object.entries(snoozeTimes(now, place)).map(([name, at]) => [name, at === null ? null : toIso(at)]);
    return c.json(Object.fromEntries(entries) as z.infer<typeof Times>, 200);
  });

  routes.openapi(putRoute, async (c) => {
    const { until: asked } = c.req.valid("json");
    const { now, place } = await whereAndWhen(c);
    const until = asked === "reply" ? null : timeOf(asked, now, place);
    if (until === undefined) return problem(c, 422, "No such time", NO_SUCH_TIME);
    const result = await changeTicket(c, c.req.valid("param").id, (_, change, { agent }) =>
      snoozeTicket(change, { until, by: actorOf(agent) }, foldAll(change.clockEvents, change.now)),
    );
    return answerTicket(c, result, 200);
  });

  routes.openapi(deleteRoute, async (c) => {
    const result = await changeTicket(c, c.req.valid("param").id, (_, change, { agent }) => {
      wakeTicket(change, actorOf(agent), "agent");
      return "done";
    });
    return answerTicket(c, result, 200);
  });

  return routes;
}

const NO_SUCH_TIME = "There is no such time any more today. The ticket stays where it is: choose another one.";

async function whereAndWhen(c: ApiContext) {
  const desk: Desk = await deskOf(c.get("db"), c.get("session").deskId);
  const now = c.get("world").clock.now();
  return { now, place: placeOf(desk, now) };
}

/** Undefined for a time that there is not. */
function timeOf(
  asked: Exclude<z.infer<typeof Until>, "reply">,
  now: Instant,
  place: ReturnType<typeof placeOf>,
): Instant | undefined {
  if (typeof asked === "number") return asked;
  const isName = (SNOOZE_NAMES as readonly string[]).includes(asked);
  const at = isName ? snoozeTimes(now, place)[asked as (typeof SNOOZE_NAMES)[number]] : snoozeUntilDay(asked, place);
  return at ?? undefined;
}
