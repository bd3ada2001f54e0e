import { createRoute, z } from "@hono/zod-openapi";
import { type DeskId, lookUp } from "@permanence/database";
import { newToken } from "@permanence/kernel";
import { deleteCookie, setCookie } from "hono/cookie";
import { type ApiContext, apiRouter, json, jsonBody, problem, problems } from "./api.ts";
import { setContactProfile } from "./contact-store.ts";
import {
  authenticateCustomer,
  beginCustomerSignIn,
  type Customer,
  CUSTOMER_COOKIE,
  CUSTOMER_SESSION_MS,
  endCustomerSession,
  endSessionsOf,
  finishCustomerSignIn,
} from "./customer-sign-in.ts";
import { deskOf } from "./desk-store.ts";
import { normalAddress } from "./mail-address.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { cookieOptions } from "./session-cookie.ts";

const Desk = z.object({ slug: z.string().max(100) });

const CustomerView = z
  .object({
    ...{ id: z.string(), address: z.string(), name: z.string(), language: z.string() },
    organisation: z.string().nullable(),
  })
  .openapi("Customer");

/** A path of the site, to come back to. */
const Next = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\p{Cc}\\]*$/u)
  .optional();

const askRoute = createRoute({
  ...{ method: "post", path: "/desks/{slug}/customer-sign-ins", tags: ["Customers' sign-in"], security: [] },
  summary: "Have a link and a code mailed to a customer",
  request: {
    params: Desk,
    body: jsonBody(
      z.strictObject({ email: z.string().max(320), language: z.enum(["fr", "nl", "en"]).optional(), next: Next }),
    ),
  },
  responses: {
    202: json(
      z.object({ request: z.string().openapi({ description: "To be sent with the code." }) }),
      "The mail is on its way. Where the address had its mails for this hour already, none is; nobody is told which.",
    ),
    ...problems(400, 404, 422),
  },
});

const Code = z.strictObject({ request: z.string().max(100), code: z.string().max(20) });

const enterRoute = createRoute({
  ...{ method: "post", path: "/desks/{slug}/customer-sessions", tags: ["Customers' sign-in"], security: [] },
  summary: "Sign a customer in, with the link's token or the code",
  request: { params: Desk, body: jsonBody(z.union([z.strictObject({ token: z.string().max(100) }), Code])) },
  responses: { 201: json(CustomerView, "Who signed in. The session comes as a cookie."), ...problems(400, 401, 404) },
});

const meRoute = createRoute({
  ...{ method: "get", path: "/my", tags: ["Customers' sign-in"] },
  summary: "Which customer is signed in",
  responses: { 200: json(CustomerView, "The customer."), ...problems(401) },
});

const changeRoute = createRoute({
  ...{ method: "patch", path: "/my", tags: ["Customers' sign-in"] },
  summary: "Change one's own name and language",
  request: {
    body: jsonBody(
      z.strictObject({
        name: z.string().trim().max(200).optional(),
        language: z.enum(["fr", "nl", "en"]).optional(),
      }),
    ),
  },
  responses: { 200: json(CustomerView, "The customer as they are now."), ...problems(400, 401) },
});

const leaveRoute = createRoute({
  ...{ method: "delete", path: "/my/session", tags: ["Customers' sign-in"] },
  summary: "Sign the customer out",
  responses: { 204: { description: "The session stands for nobody any more." }, ...problems(401) },
});

const leaveAllRoute = createRoute({
  ...{ method: "delete", path: "/my/sessions", tags: ["Customers' sign-in"] },
  summary: "Sign the customer out in every browser, this one too",
  responses: { 204: { description: "No session of theirs stands for anybody any more." }, ...problems(401) },
});

/** How customers come and go. */
export function customerSessionRoutes(options: PeopleRoutesOptions) {
  const routes = apiRouter();

  // The same answer whoever asks for whom: nobody learns who is a customer here.
  routes.openapi(askRoute, async (c) => {
    const deskId = await lookUp(c.get("db"), "desk", c.req.valid("param").slug);
    if (deskId === null) return problem(c, 404, "Not found", "There is no such desk.");
    const { email, ...rest } = c.req.valid("json");
    const address = normalAddress(email);
    if (address === null) return problem(c, 422, "No address", `"${email}" is no mail address. Nothing was sent.`);
    return c.json({ request: await sendSignIn(c, options, deskId, { address, ...rest }) }, 202);
  });

  routes.openapi(enterRoute, async (c) => {
    const deskId = await lookUp(c.get("db"), "desk", c.req.valid("param").slug);
    if (deskId === null) return problem(c, 404, "Not found", "There is no such desk.");
    const token = await finishCustomerSignIn(c.get("db"), c.get("world"), deskId, c.req.valid("json"));
    const customer = token === null ? null : await authenticateCustomer(c.get("db"), c.get("world"), token);
    if (token === null || customer === null) return problem(c, 401, "Wrong or too old", REFUSED);
    const lasting = { ...cookieOptions(c, options.publicUrl()), maxAge: CUSTOMER_SESSION_MS / 1000 };
    setCookie(c, CUSTOMER_COOKIE, token, lasting);
    return c.json(viewOf(customer), 201);
  });

  routes.openapi(meRoute, async (c) => c.json(viewOf(c.get("customer")), 200));

  routes.openapi(changeRoute, async (c) => {
    const customer = { ...c.get("customer"), ...c.req.valid("json") };
    await c
      .get("db")
      .transaction(customer.deskId, (tx) => setContactProfile(tx, c.get("world"), customer.deskId, customer));
    return c.json(viewOf(customer), 200);
  });

  routes.openapi(leaveRoute, async (c) => {
    const customer = c.get("customer");
    await c.get("db").transaction(customer.deskId, (tx) => endCustomerSession(tx, customer));
    deleteCookie(c, CUSTOMER_COOKIE, cookieOptions(c, options.publicUrl()));
    return c.body(null, 204);
  });

  routes.openapi(leaveAllRoute, async (c) => {
    const { deskId, contactId } = c.get("customer");
    await c.get("db").transaction(deskId, (tx) => endSessionsOf(tx, deskId, contactId));
    deleteCookie(c, CUSTOMER_COOKIE, cookieOptions(c, options.publicUrl()));
    return c.body(null, 204);
  });

  return routes;
}

const REFUSED =
  "This link or code is wrong, was used already, or is older than fifteen minutes. Ask for another: only the newest counts " +
  "in the browser that asked.";

/** Answers what the browser keeps; it opens nothing where no mail was sent. */
async function sendSignIn(
  c: ApiContext,
  { publicUrl, sendCustomerSignIn }: PeopleRoutesOptions,
  deskId: DeskId,
  asked: { address: string; language?: string | undefined; next?: string | undefined },
): Promise<string> {
  const [db, world] = [c.get("db"), c.get("world")];
  const desk = await deskOf(db, deskId);
  const { address, next } = asked;
  const language = asked.language ?? desk.settings.languages[0]!;
  const perHour = desk.settings.caps.signInMailsPerCustomerAndHour;
  return await db.transaction(deskId, async (tx) => {
    const secrets = await beginCustomerSignIn(tx, world, deskId, { address, language, perHour });
    if (secrets === null) return newToken(world);
    const way = new URLSearchParams({ token: secrets.link, ...(next !== undefined && { next }) });
    const link = `${publicUrl()}/${language}/sign-in?${way}`;
    await sendCustomerSignIn(tx, world, desk, { address, language, link, code: secrets.code });
    return secrets.request;
  });
}

function viewOf({ contactId: id, organisationName: organisation, address, name, language }: Customer) {
  return { id, address, name, language, organisation };
}
