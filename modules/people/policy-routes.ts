import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { fromIso, type Instant, instant, toIso } from "@permanence/kernel";
import type { Context } from "hono";
import { type ApiContext, type ApiEnv, apiRouter, IsoText, json, jsonBody, problem, problems } from "./api.ts";
import { calendarSchema } from "./calendar-settings.ts";
import { findContracts, listContracts, saveContract } from "./contract-store.ts";
import { deskOf, forgetDesk } from "./desk-store.ts";
import { organisationExists } from "./organisation-store.ts";
import { calendarsIn, policySchema, STANDARD_POLICY } from "./policy-settings.ts";
import { addVersion, findPromises, lockPromises } from "./policy-store.ts";
import { type Promises, type Version, versionAt } from "./policy-terms.ts";

const tags = ["Policies"];
const Name = z.object({ name: z.string().min(1).max(100) });

const versionFields = {
  name: z.string(),
  version: z.number().int(),
  holdsFrom: IsoText.openapi({ description: "Tickets received from then on go by it." }),
  digest: z.string().openapi({ description: "SHA-256 of the document as canonical JSON" }),
  madeBy: z.string().openapi({ description: '"desk.yaml", or "agent:" and an id' }),
  madeAt: IsoText,
};
const PolicyView = z.object({ ...versionFields, document: policySchema }).openapi("PolicyVersion");
const CalendarView = z.object({ ...versionFields, document: calendarSchema }).openapi("CalendarVersion");

const HoldsFrom = z.iso.datetime({ offset: true }).optional().openapi({
  description: "Not before now; within five seconds when left out, so that every process knows it in time",
});
const NewPolicy = z.strictObject({ holdsFrom: HoldsFrom, document: policySchema });
const NewCalendar = z.strictObject({ holdsFrom: HoldsFrom, document: calendarSchema });
const ContractView = z.object({ policy: z.string(), isOwn: z.boolean() }).openapi("Contract");
const NewContract = z.strictObject({
  policy: z.string().min(1).max(100).nullable().openapi({ description: "null: the desk's own again" }),
  holdsFrom: HoldsFrom,
});

const items = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

const listPolicies = createRoute({
  ...{ method: "get", path: "/policies", tags, summary: "What each policy promises now" },
  responses: { 200: json(items(PolicyView), "The version of each policy that holds now.") },
});
const listPolicyVersions = createRoute({
  ...{
    method: "get",
    path: "/policies/{name}/versions",
    tags,
    summary: "All versions of a policy, the first one first",
  },
  request: { params: Name },
  responses: { 200: json(items(PolicyView), "The versions."), ...problems(404) },
});
const addPolicyVersion = createRoute({
  ...{ method: "post", path: "/policies/{name}/versions", tags },
  summary: "Promise something else from an instant on, or make a new policy",
  description: "Tickets received before keep what was promised to them.",
  request: { params: Name, body: jsonBody(NewPolicy) },
  responses: { 201: json(PolicyView, "The new version."), ...problems(400, 422) },
});
const listCalendars = createRoute({
  ...{ method: "get", path: "/calendars", tags, summary: "Each calendar as it is now" },
  responses: { 200: json(items(CalendarView), "The version of each calendar that holds now.") },
});
const listCalendarVersions = createRoute({
  ...{
    method: "get",
    path: "/calendars/{name}/versions",
    tags,
    summary: "All versions of a calendar, the first one first",
  },
  request: { params: Name },
  responses: { 200: json(items(CalendarView), "The versions."), ...problems(404) },
});
const addCalendarVersion = createRoute({
  ...{ method: "post", path: "/calendars/{name}/versions", tags },
  summary: "Change a calendar from an instant on, or make a new one",
  description: "Clocks of tickets received before keep counting by the version that they began with.",
  request: { params: Name, body: jsonBody(NewCalendar) },
  responses: { 201: json(CalendarView, "The new version."), ...problems(400, 422) },
});
const ListedContract = z
  .object({
    organisation: z.object({ id: z.string(), name: z.string() }),
    policy: z.string().nullable().openapi({ description: "null: the desk's own again" }),
    holdsFrom: IsoText,
    madeBy: z.string(),
    madeAt: IsoText,
  })
  .openapi("ListedContract");
const listContractsRoute = createRoute({
  ...{ method: "get", path: "/contracts", tags, summary: "Every contract, by organisation, the earliest first" },
  responses: { 200: json(items(ListedContract), "All of them, also those that others replaced.") },
});
const findContract = createRoute({
  ...{ method: "get", path: "/organisations/{id}/contract", tags, summary: "Which policy an organisation has now" },
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: json(ContractView, "Its policy."), ...problems(404) },
});
const putContract = createRoute({
  ...{ method: "put", path: "/organisations/{id}/contract", tags, summary: "Give an organisation a policy of its own" },
  request: { params: z.object({ id: z.uuid() }), body: jsonBody(NewContract) },
  responses: { 200: json(ContractView, "The policy from then on."), ...problems(400, 404, 422) },
});

/** What the desk promises, for those who decide it. */
export function policyRoutes() {
  const routes = apiRouter();
  addReading(routes);
  addVersions(routes);
  addContracts(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addReading(routes: Routes): void {
  routes.openapi(listPolicies, async (c) => {
    const { policies } = (await deskOf(c.get("db"), c.get("session").deskId)).promises;
    return c.json({ items: inForce(policies, c.get("world").clock.now()).map(view) }, 200);
  });
  routes.openapi(listCalendars, async (c) => {
    const { calendars } = (await deskOf(c.get("db"), c.get("session").deskId)).promises;
    return c.json({ items: inForce(calendars, c.get("world").clock.now()).map(view) }, 200);
  });
  routes.openapi(listPolicyVersions, async (c) => {
    const { policies } = (await deskOf(c.get("db"), c.get("session").deskId)).promises;
    const versions = policies.filter(({ name }) => name === c.req.valid("param").name);
    return versions.length === 0 ? nothing(c, "policy") : c.json({ items: versions.map(view) }, 200);
  });
  routes.openapi(listCalendarVersions, async (c) => {
    const { calendars } = (await deskOf(c.get("db"), c.get("session").deskId)).promises;
    const versions = calendars.filter(({ name }) => name === c.req.valid("param").name);
    return versions.length === 0 ? nothing(c, "calendar") : c.json({ items: versions.map(view) }, 200);
  });
}

function addVersions(routes: Routes): void {
  routes.openapi(addPolicyVersion, async (c) => {
    const { name } = c.req.valid("param");
    const { document, holdsFrom: wanted } = c.req.valid("json");
    const holdsFrom = readHoldsFrom(c, wanted);
    if (holdsFrom === null) return tooEarly(c);
    const made = await change(c, async (tx, promises) => {
      const unknown = calendarsIn(document).filter(
        (each) => versionAt(promises.calendars, each.name, holdsFrom) === null,
      );
      if (unknown.length > 0) return { unknown };
      return await addVersion(tx, c.get("session").deskId, "policy_version", promises.policies, {
        ...{ name, document, holdsFrom, ...maker(c) },
      });
    });
    if (!("unknown" in made)) return c.json(view(made), 201);
    const errors = made.unknown.map(({ name: calendar, path }) => ({
      place: ["json", "document", ...path].join("."),
      detail: `This desk has no calendar "${calendar}".`,
    }));
    const [first] = errors;
    return problem(c, 422, "Unknown calendar", `${first!.place}: ${first!.detail} Nothing was saved.`, errors);
  });

  routes.openapi(addCalendarVersion, async (c) => {
    const { name } = c.req.valid("param");
    const { document: written, holdsFrom: wanted } = c.req.valid("json");
    const holdsFrom = readHoldsFrom(c, wanted);
    if (holdsFrom === null) return tooEarly(c);
    const { settings } = await deskOf(c.get("db"), c.get("session").deskId);
    const document = { ...written, timeZone: written.timeZone ?? settings.timeZone };
    const made = await change(c, (tx, { calendars }) =>
      addVersion(tx, c.get("session").deskId, "calendar_version", calendars, {
        ...{ name, document, holdsFrom, ...maker(c) },
      }),
    );
    return c.json(view(made), 201);
  });
}

function addContracts(routes: Routes): void {
  routes.openapi(listContractsRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listContracts(tx, deskId));
    const items = rows.map(({ organisationId: id, organisationName: name, holdsFrom, madeAt, ...rest }) => ({
      ...{ organisation: { id, name }, ...rest },
      ...{ holdsFrom: toIso(holdsFrom), madeAt: toIso(madeAt) },
    }));
    return c.json({ items }, 200);
  });

  routes.openapi(findContract, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const policy = await c.get("db").transaction(deskId, async (tx) => {
      if (!(await organisationExists(tx, deskId, id))) return null;
      return (await findContracts(tx, deskId, [id])).policyAt(id, c.get("world").clock.now());
    });
    return policy === null ? nothing(c, "organisation") : c.json(contractView(policy), 200);
  });

  routes.openapi(putContract, async (c) => {
    const { deskId } = c.get("session");
    const { id: organisationId } = c.req.valid("param");
    const { policy, holdsFrom: wanted } = c.req.valid("json");
    const holdsFrom = readHoldsFrom(c, wanted);
    if (holdsFrom === null) return tooEarly(c);
    const result = await change(c, async (tx, { policies }) => {
      if (!(await organisationExists(tx, deskId, organisationId))) return "no-organisation";
      if (policy !== null && versionAt(policies, policy, holdsFrom) === null) return "no-policy";
      await saveContract(tx, deskId, { organisationId, holdsFrom, policy, ...maker(c) });
      return "saved";
    });
    if (result === "no-organisation") return nothing(c, "organisation");
    if (result === "no-policy")
      return problem(c, 422, "Unknown policy", `This desk has no policy "${policy}". Nothing was saved.`);
    return c.json(contractView(policy ?? STANDARD_POLICY), 200);
  });
}

/** As `deskOf` keeps a desk: whoever registers a ticket has heard of a new version by then. */
const KNOWN_EVERYWHERE_AFTER_MS = 5_000;

/** Null where it lies in the past: what was promised then is promised. */
function readHoldsFrom(c: Context<ApiEnv>, wanted: string | undefined): Instant | null {
  const now = c.get("world").clock.now();
  const from = wanted === undefined ? now : fromIso(new Date(wanted).toISOString())!;
  return from < now ? null : instant(Math.max(from, now + KNOWN_EVERYWHERE_AFTER_MS));
}

function tooEarly(c: Context) {
  const sentence =
    "holdsFrom lies in the past, and what was promised then stays. Nothing was saved: name a later instant.";
  return problem(c, 422, "Too early", sentence);
}

async function change<T>(c: ApiContext, make: (tx: Tx, promises: Promises) => Promise<T>): Promise<T> {
  const { deskId } = c.get("session");
  const made = await c.get("db").transaction(deskId, async (tx) => {
    await lockPromises(tx, deskId);
    return make(tx, await findPromises(tx, deskId));
  });
  forgetDesk(c.get("db"), deskId);
  return made;
}

function maker(c: Context<ApiEnv>) {
  return { madeBy: `agent:${c.get("session").agent.id}`, madeAt: c.get("world").clock.now() };
}

function inForce<D>(versions: readonly Version<D>[], now: Instant): Version<D>[] {
  const names = [...new Set(versions.map(({ name }) => name))];
  return names.map((name) => versionAt(versions, name, now)).filter((version) => version !== null);
}

function view<D>({ holdsFrom, madeAt, ...version }: Version<D>) {
  return { ...version, holdsFrom: toIso(holdsFrom), madeAt: toIso(madeAt) };
}

function contractView(policy: string) {
  return { policy, isOwn: policy !== STANDARD_POLICY };
}

function nothing(c: Context, what: string) {
  return problem(c, 404, "Not found", `This desk has no such ${what}.`);
}
