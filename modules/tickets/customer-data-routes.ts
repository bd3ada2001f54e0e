import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { type ApiContext, apiRouter, deskOf, IsoText, json, jsonBody, problem, problems } from "@permanence/people";
import { readCustomerData } from "./customer-data.ts";
import type { PersonalSources } from "./personal-source.ts";
import { askForErasure, findNewestRequest, withdrawErasure } from "./erasure-request-store.ts";

const tags = ["Customers' portal"];
const Listed = z.array(z.record(z.string(), z.unknown()));

const OwnData = z
  .object({
    ...{ desk: z.string(), company: z.string(), madeAt: IsoText },
    person: z.object({
      ...{ name: z.string(), language: z.string().nullable(), organisation: z.string().nullable(), since: IsoText },
    }),
    addresses: z.array(z.object({ address: z.string(), verifiedAt: IsoText.nullable(), failedAt: IsoText.nullable() })),
    signIns: z.array(z.object({ address: z.string(), askedAt: IsoText, usedAt: IsoText.nullable() })),
    sessions: z.array(z.object({ address: z.string(), since: IsoText, until: IsoText })),
    others: z.record(z.string(), Listed).openapi({ description: "What is kept beside tickets, such as suggestions" }),
    ...{ tickets: Listed, writtenElsewhere: Listed, erasureRequests: Listed },
  })
  .openapi("OwnData");

const dataRoute = createRoute({
  ...{ method: "get", path: "/my/data", tags, summary: "Everything that is kept about the customer, as one file" },
  description: "Files that were attached are named with their size; each is at its message, under /my/tickets.",
  responses: { 200: json(OwnData, "The file."), ...problems(401) },
});

const Request = z
  .object({
    standing: z.enum(["none", "waiting", "refused", "withdrawn", "erased"]),
    askedAt: IsoText.nullable(),
    reason: z.string().openapi({ description: "Why it was refused" }),
  })
  .openapi("OwnErasureRequest");

const readRoute = createRoute({
  ...{
    method: "get",
    path: "/my/erasure-request",
    tags,
    summary: "How the customer's newest wish to be forgotten stands",
  },
  responses: { 200: json(Request, "The newest request."), ...problems(401) },
});
const askRoute = createRoute({
  ...{ method: "put", path: "/my/erasure-request", tags, summary: "Ask for what is kept about oneself to be erased" },
  description: "An agent does it. What proves how soon the desk answered stays, without names.",
  request: { body: jsonBody(z.strictObject({ confirmed: z.boolean() })) },
  responses: { 200: json(Request, "It waits for an agent."), ...problems(400, 401, 422) },
});
const withdrawRoute = createRoute({
  ...{ method: "delete", path: "/my/erasure-request", tags, summary: "Take that back, while it waits" },
  responses: { 204: { description: "Nothing is erased." }, ...problems(401, 409) },
});

/** What a customer may ask for by law. */
export function customerDataRoutes(sources: PersonalSources) {
  const routes = apiRouter();

  routes.openapi(dataRoute, async (c) => {
    const customer = c.get("customer");
    const { name: desk, settings } = await deskOf(c.get("db"), customer.deskId);
    const data = await c.get("db").transaction(customer.deskId, (tx) => readCustomerData(tx, customer, sources));
    c.header("content-disposition", 'attachment; filename="my-data.json"');
    c.header("cache-control", "private, no-store");
    return c.json({ desk, company: settings.company.name, madeAt: toIso(c.get("world").clock.now()), ...data }, 200);
  });

  routes.openapi(readRoute, async (c) => c.json(await readRequest(c), 200));

  routes.openapi(askRoute, async (c) => {
    const customer = c.get("customer");
    if (!c.req.valid("json").confirmed) return problem(c, 422, "Not confirmed", UNCONFIRMED);
    await c.get("db").transaction(customer.deskId, (tx) => askForErasure(tx, c.get("world"), customer));
    return c.json(await readRequest(c), 200);
  });

  routes.openapi(withdrawRoute, async (c) => {
    const customer = c.get("customer");
    const done = await c.get("db").transaction(customer.deskId, (tx) => withdrawErasure(tx, c.get("world"), customer));
    return done ? c.body(null, 204) : problem(c, 409, "Nothing to take back", NOTHING);
  });

  return routes;
}

async function readRequest(c: ApiContext): Promise<z.infer<typeof Request>> {
  const { deskId, contactId } = c.get("customer");
  const newest = await c.get("db").transaction(deskId, (tx) => findNewestRequest(tx, deskId, contactId));
  if (newest === null) return { standing: "none", askedAt: null, reason: "" };
  const { outcome, asked_at, reason } = newest;
  return { standing: outcome ?? "waiting", askedAt: toIso(asked_at), reason };
}

const UNCONFIRMED = "Erasing cannot be undone: confirm that you want it. Nothing was asked.";
const NOTHING = "No request of yours waits any more. Nothing was changed.";
