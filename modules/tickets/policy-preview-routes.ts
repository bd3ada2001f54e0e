import { createRoute, z } from "@hono/zod-openapi";
import { fromIso, type Instant, instant, toIso } from "@permanence/kernel";
import {
  apiRouter,
  calendarSchema,
  type CalendarVersion,
  calendarsIn,
  deskOf,
  IsoText,
  json,
  jsonBody,
  type PolicyDocument,
  policySchema,
  problem,
  problems,
  resolveTerms,
  type Terms,
} from "@permanence/people";
import { type Calendar, dueAtIn, openSpans } from "@permanence/sla";
import { PRIORITIES, type Priority } from "./ticket-tables.ts";

const Preview = z.strictObject({
  document: policySchema,
  /** Calendars as they would be; those of the desk need not be said. */
  calendars: z.record(z.string().min(1).max(100), calendarSchema).default({}),
  receivedAt: z
    .array(z.iso.datetime({ offset: true }))
    .min(1)
    .max(20),
});

const DueByPriority = z.record(z.enum(PRIORITIES), IsoText.nullable());
const PreviewView = z
  .object({
    cases: z.array(z.object({ receivedAt: IsoText, due: z.record(z.string(), DueByPriority) })).openapi({
      description: "For each instant: when each target of a ticket received then would be due. null: never",
    }),
    weeks: z.array(
      z.object({
        calendar: z.string(),
        timeZone: z.string(),
        spans: z.array(z.object({ opensAt: IsoText, closesAt: IsoText })),
      }),
    ),
  })
  .openapi("PolicyPreview");

const route = createRoute({
  ...{ method: "post", path: "/policy-previews", tags: ["Policies"] },
  summary: "When tickets would be due under a policy that nobody saved yet, and the open hours of that week",
  request: { body: jsonBody(Preview) },
  responses: { 200: json(PreviewView, "What would be."), ...problems(400, 422) },
});

/** Shows what a policy means before it holds. Saves nothing. */
export function policyPreviewRoutes() {
  const routes = apiRouter();
  routes.openapi(route, async (c) => {
    const { document, calendars, receivedAt } = c.req.valid("json");
    const { promises, settings } = await deskOf(c.get("db"), c.get("session").deskId);
    const versions = [...promises.calendars, ...drawn(calendars, settings.timeZone)];
    const unknown = calendarsIn(document).find(({ name }) => !versions.some((each) => each.name === name));
    if (unknown) {
      const place = ["json", "document", ...unknown.path].join(".");
      return problem(c, 422, "Unknown calendar", `${place}: this desk has no calendar "${unknown.name}".`);
    }
    const instants = receivedAt.map((text) => fromIso(new Date(text).toISOString())!);
    const termsOf = (at: Instant) =>
      resolveTerms(
        versions,
        { name: "", version: 0, digest: "", document },
        instant(Math.max(at, c.get("world").clock.now())),
      );
    const cases = instants.map((at) => ({ receivedAt: toIso(at), due: dueTimes(termsOf(at), at) }));
    return c.json({ cases, weeks: weeksOf(document, versions, instants[0]!) }, 200);
  });
  return routes;
}

/** Calendars of the request, in front of the desk's own of that name. */
function drawn(calendars: z.output<typeof Preview>["calendars"], timeZone: string): CalendarVersion[] {
  return Object.entries(calendars).map(([name, calendar]) => ({
    ...{ name, version: 0, holdsFrom: instant(0), digest: "", madeBy: "", madeAt: instant(0) },
    document: { ...calendar, timeZone: calendar.timeZone ?? timeZone },
  }));
}

function dueTimes({ response, targets, calendars }: Terms, at: Instant) {
  const byPriority = (due: (priority: Priority) => Instant | null) =>
    Object.fromEntries(PRIORITIES.map((priority) => [priority, isoOrNull(due(priority))])) as Record<Priority, string>;
  const times = { response: byPriority((p) => dueAtIn(response[p].calendar ?? "always", at, response[p].targetMs)) };
  const promised = Object.entries(targets).flatMap(([name, target]) => {
    if (target === undefined) return [];
    const due = (p: Priority) => {
      const { target: budgetMs, calendar } = target.by[p];
      return dueAtIn(calendars[calendar]?.calendar ?? "always", at, budgetMs);
    };
    return [[name, byPriority(due)] as const];
  });
  return { ...times, ...Object.fromEntries(promised) };
}

function weeksOf(document: PolicyDocument, versions: CalendarVersion[], at: Instant) {
  const names = [...new Set(calendarsIn(document).map(({ name }) => name))];
  return names.map((calendar) => {
    const { document: drawnOrKept } = versions.findLast(({ name }) => name === calendar)!;
    const { timeZone } = drawnOrKept;
    const spans = weekOf(drawnOrKept, timeZone, at).map(({ opensAt, closesAt }) => ({
      opensAt: toIso(opensAt),
      closesAt: toIso(closesAt),
    }));
    return { calendar, timeZone, spans };
  });
}

/** From Monday to Sunday, as the calendar's zone has them. */
function weekOf(calendar: Calendar, timeZone: string, at: Instant) {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).startOfDay();
  const monday = day.subtract({ days: day.dayOfWeek - 1 }).startOfDay();
  const nextMonday = monday.add({ days: 7 }).startOfDay();
  return openSpans(calendar, instant(monday.epochMilliseconds), instant(nextMonday.epochMilliseconds));
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}
