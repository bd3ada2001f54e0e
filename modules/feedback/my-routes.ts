import { createRoute, z } from "@hono/zod-openapi";
import { newToken } from "@permanence/kernel";
import {
  type ApiContext,
  apiRouter,
  deskOf,
  json,
  jsonBody,
  listOf,
  pageOf,
  pageQuery,
  problem,
  problems,
} from "@permanence/people";
import { registerFormRequest } from "@permanence/tickets";
import { comment, propose, stand } from "./customer-acts.ts";
import { forgetContact } from "./erasure.ts";
import { afterKey, NONE } from "./public-routes.ts";
import { keyOf, listSuggestions, myView } from "./suggestion-reading.ts";
import { ABOUT, LANGUAGES } from "./suggestion-tables.ts";
import { MySuggestion, MyWholeSuggestion } from "./suggestion-view.ts";
import { readMyWhole } from "./whole-suggestion.ts";

const tags = ["Suggestions"];
const Id = z.object({ id: z.uuid() });
const text = z.string().trim().min(1, "must not be empty").max(5_000);
const written = {
  title: z.string().trim().min(1, "must not be empty").max(200),
  ...{
    text,
    language: z.enum(LANGUAGES).optional().openapi({ description: "Found in the text where it is missing." }),
  },
  signed: z.boolean().default(false).openapi({ description: "Whether one's first name is shown with it." }),
};
const whole = { 200: json(MyWholeSuggestion, "The suggestion as it is now."), ...problems(400, 401, 404) };

const listRoute = createRoute({
  ...{ method: "get", path: "/my/suggestions", tags, summary: "What the customer suggested, also what waits" },
  request: { query: pageQuery(afterKey) },
  responses: { 200: json(listOf(MySuggestion), "The newest first."), ...problems(400, 401) },
});
const proposeRoute = createRoute({
  ...{ method: "post", path: "/my/suggestions", tags, summary: "Suggest something" },
  description: "Others see it once an agent of the desk approved it.",
  request: { body: jsonBody(z.strictObject({ ...written, about: z.enum(ABOUT).default("product") })) },
  responses: { 201: json(MyWholeSuggestion, "The suggestion."), ...problems(400, 401, 409) },
});
const leaveRoute = createRoute({
  ...{ method: "delete", path: "/my/suggestions", tags, summary: "Take oneself out of all suggestions" },
  description: "What was suggested and said stays, without the name; votes go, and nothing is followed any more.",
  responses: { 204: { description: "Nothing here is the customer's any more." }, ...problems(401) },
});
const oneRoute = createRoute({
  ...{ method: "get", path: "/my/suggestions/{id}", tags, summary: "One suggestion, with what is the customer's own" },
  request: { params: Id },
  responses: whole,
});
const standRoute = (method: "put" | "delete", as: "vote" | "follow", summary: string) =>
  createRoute({ method, path: `/my/suggestions/{id}/${as}`, tags, summary, request: { params: Id }, responses: whole });
const commentRoute = createRoute({
  ...{ method: "post", path: "/my/suggestions/{id}/comments", tags, summary: "Say something of a suggestion" },
  description: "Others see it once an agent of the desk approved it.",
  request: { params: Id, body: jsonBody(z.strictObject({ text, signed: written.signed })) },
  responses: { 201: json(MyWholeSuggestion, "The suggestion with it."), ...problems(400, 401, 404, 409) },
});
const serviceRoute = createRoute({
  ...{ method: "post", path: "/my/service-comments", tags, summary: "Say something of the service itself" },
  description:
    "As a suggestion, which others may see and support; or as a ticket, which is between the customer and the desk.",
  request: {
    headers: z.object({ "idempotency-key": z.string().min(16).max(200).optional() }),
    body: jsonBody(z.strictObject({ ...written, as: z.enum(["suggestion", "ticket"]) })),
  },
  responses: {
    201: json(
      z.union([
        z.object({ as: z.literal("suggestion"), id: z.string() }),
        z.object({ as: z.literal("ticket"), number: z.number().int() }),
      ]),
      "What it became.",
    ),
    ...problems(400, 401, 409),
  },
});

/** For customers who are signed in. */
export function mySuggestionRoutes() {
  const routes = apiRouter();
  addOwn(routes);
  addStanding(routes);
  addService(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addOwn(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const { deskId, contactId } = c.get("customer");
    const { limit, cursor: after } = c.req.valid("query");
    const filter = { sort: "new" as const, proposedBy: contactId, after, limit: limit + 1 };
    const reader = { kind: "customer" as const, contactId };
    const rows = await c.get("db").transaction(deskId, (tx) => listSuggestions(tx, deskId, reader, filter));
    return c.json(
      pageOf(rows, limit, (row) => myView(row, contactId), keyOf("new")),
      200,
    );
  });
  routes.openapi(proposeRoute, async (c) => {
    const customer = c.get("customer");
    const desk = await deskOf(c.get("db"), customer.deskId);
    const proposal = { language: undefined, ...c.req.valid("json") };
    const proposed = await c
      .get("db")
      .transaction(customer.deskId, (tx) => propose(tx, c.get("world"), desk, customer, proposal));
    if (proposed === "too-many") return problem(c, 409, "Too many wait", TOO_MANY);
    return c.json((await readMine(c, proposed.id))!, 201);
  });
  routes.openapi(leaveRoute, async (c) => {
    const { deskId, contactId } = c.get("customer");
    await c.get("db").transaction(deskId, (tx) => forgetContact(tx, deskId, contactId));
    return c.body(null, 204);
  });
  routes.openapi(oneRoute, async (c) => {
    const mine = await readMine(c, c.req.valid("param").id);
    return mine === null ? problem(c, 404, "Not found", NONE) : c.json(mine, 200);
  });
}

function addStanding(routes: Routes): void {
  const ways = [
    ["put", "vote", "Vote for a suggestion: once, however often it is asked"],
    ["delete", "vote", "Take one's vote back"],
    ["put", "follow", "Be mailed when its state changes"],
    ["delete", "follow", "Follow it no longer"],
  ] as const;
  for (const [method, as, summary] of ways) {
    routes.openapi(standRoute(method, as, summary), async (c) => {
      const customer = c.get("customer");
      const desk = await deskOf(c.get("db"), customer.deskId);
      const wanted = { id: c.req.valid("param").id, as, wanted: method === "put" };
      const id = await c
        .get("db")
        .transaction(customer.deskId, (tx) => stand(tx, c.get("world"), desk, customer, wanted));
      return id === null ? problem(c, 404, "Not found", NONE) : c.json((await readMine(c, id))!, 200);
    });
  }
  routes.openapi(commentRoute, async (c) => {
    const customer = c.get("customer");
    const desk = await deskOf(c.get("db"), customer.deskId);
    const said = { id: c.req.valid("param").id, ...c.req.valid("json") };
    const done = await c
      .get("db")
      .transaction(customer.deskId, (tx) => comment(tx, c.get("world"), desk, customer, said));
    if (done === "not-found") return problem(c, 404, "Not found", NONE);
    if (done === "too-many") return problem(c, 409, "Too many wait", TOO_MANY);
    return c.json((await readMine(c, done.at))!, 201);
  });
}

function addService(routes: Routes): void {
  routes.openapi(serviceRoute, async (c) => {
    const customer = c.get("customer");
    const [db, world] = [c.get("db"), c.get("world")];
    const desk = await deskOf(db, customer.deskId);
    const { as, ...said } = c.req.valid("json");
    if (as === "ticket") {
      const { address, name } = customer;
      const { title: subject, text, language = customer.language } = said;
      const key = c.req.valid("header")["idempotency-key"] ?? newToken(world);
      const request = { key, address, name, language, subject, text, answers: NO_FAULT };
      const sent = await db.transaction(desk.deskId, (tx) => registerFormRequest(tx, world, desk, request));
      if (typeof sent === "object") return c.json({ as, number: sent.number }, 201);
      return problem(c, 409, "Not sent", NOT_SENT[sent]);
    }
    const proposal = { language: undefined, ...said, about: "service" as const };
    const proposed = await db.transaction(desk.deskId, (tx) => propose(tx, world, desk, customer, proposal));
    if (proposed === "too-many") return problem(c, 409, "Too many wait", TOO_MANY);
    return c.json({ as, id: proposed.id }, 201);
  });
}

const NO_FAULT = { kind: "question", stopped: "no", around: "yes" } as const;
const NOT_SENT = {
  "too-many": "Very many requests came from there within an hour. Nothing was sent: try again later.",
  "not-welcome": "No confirmation can go to your address. Nothing was sent: sign in with another.",
  "other-request": "Another text was sent under this Idempotency-Key. Nothing of this one was sent: take a new key.",
};
const TOO_MANY =
  "Twenty of your suggestions and comments wait for us already. Nothing was saved: come back when we have read them.";

async function readMine(c: ApiContext, id: string) {
  const { deskId, contactId } = c.get("customer");
  return await c.get("db").transaction(deskId, (tx) => readMyWhole(tx, deskId, contactId, id));
}
