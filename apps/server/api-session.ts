import {
  type ApiContext,
  type ApiEnv,
  authenticate,
  authenticateCustomer,
  CUSTOMER_COOKIE,
  problem,
  type Session,
  SESSION_COOKIE,
} from "@permanence/people";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";

/** Where nobody is signed in yet. */
const OPEN = new Set([
  "GET /api/v1/desk",
  "POST /api/v1/sessions",
  "POST /api/v1/sign-in-links",
  "POST /api/v1/sign-ins/password",
  "POST /api/v1/sign-ins/code",
  "POST /api/v1/sign-ins/passkey-challenge",
  "POST /api/v1/sign-ins/passkey",
  "POST /api/v1/proof-examinations",
]);
/** What anybody may ask of a desk: its incidents, a way to sign in; and where a token in the address says who asks: a page
 *  of a call-out, the feed of an agent's shifts, a customer's word that their work has stopped. */
const OF_DESK = /^\/api\/v1\/desks\//;
const CUSTOMERS = /^\/api\/v1\/my(?:\/|$)/;
export const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Says who asks, by the token in the header or the cookie. Whoever is nobody learns nothing else. */
export const requireSession: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const bearer = bearerOf(c);
  if (bearer === undefined && !SAFE_METHODS.has(c.req.method) && comesFromElsewhere(c)) {
    return problem(
      c,
      403,
      "From another site",
      "A change must come from this site's own pages, or carry an API token.",
    );
  }
  if (comesWithoutSession(c)) return next();
  return (isForCustomers(c) ? await setCustomer(c) : await setSession(c)) ? next() : refuseStranger(c);
};

function refuseStranger(c: Context) {
  c.header("www-authenticate", "Bearer");
  const detail = "Sign in first, or send `Authorization: Bearer` with an API token that is still good.";
  return problem(c, 401, "Not signed in", detail);
}

async function setSession(c: ApiContext): Promise<boolean> {
  const session = await findSession(c);
  if (session !== null) c.set("session", session);
  return session !== null;
}

async function setCustomer(c: ApiContext): Promise<boolean> {
  const token = bearerOf(c) ?? getCookie(c, CUSTOMER_COOKIE);
  const customer = token === undefined ? null : await authenticateCustomer(c.get("db"), c.get("world"), token);
  if (customer !== null) c.set("customer", customer);
  return customer !== null;
}

/** Whether this is asked by signed-in customers, who see what is theirs alone. */
export function isForCustomers(c: Context): boolean {
  return CUSTOMERS.test(c.req.path);
}

/** Whether this may be asked by whoever is nobody yet. */
export function comesWithoutSession(c: Context): boolean {
  return OPEN.has(`${c.req.method} ${c.req.path}`) || OF_DESK.test(c.req.path);
}

/** Whom the request's token stands for now; null where that is nobody, or no longer. */
export async function findSession(c: ApiContext): Promise<Session | null> {
  const token = bearerOf(c) ?? getCookie(c, SESSION_COOKIE);
  return token === undefined ? null : authenticate(c.get("db"), c.get("world"), token);
}

function bearerOf(c: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

/** A browser says where a request comes from; another site's page would use the visitor's cookie (CSRF). */
function comesFromElsewhere(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = c.req.header("origin");
  return origin !== undefined && URL.parse(origin)?.host !== c.req.header("host");
}
