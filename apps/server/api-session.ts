import { type ApiContext, type ApiEnv, authenticate, problem, type Session, SESSION_COOKIE } from "@permanence/people";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";

/** Where nobody is signed in yet. */
const OPEN = new Set([
  "GET /api/v1/desk",
  "POST /api/v1/sessions",
  "POST /api/v1/sign-in-links",
  "POST /api/v1/proof-examinations",
]);
/** Where a token in the address says who asks: a page of a call-out, the feed of an agent's shifts, and
 *  a customer's word that their work has stopped. What is told of incidents is anybody's. */
const BY_TOKEN = /^\/api\/v1\/desks\/[^/]+\/(?:(?:pages|duty-feeds|stopped)\/[^/]|incidents(?:$|\/[^/]+\/me-too$))/;
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

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
  const session = await findSession(c);
  if (session === null) {
    c.header("www-authenticate", "Bearer");
    return problem(
      c,
      401,
      "Not signed in",
      "Sign in first, or send `Authorization: Bearer` with an API token that is still good.",
    );
  }
  c.set("session", session);
  return next();
};

/** Whether this may be asked by whoever is nobody yet. */
export function comesWithoutSession(c: Context): boolean {
  return OPEN.has(`${c.req.method} ${c.req.path}`) || BY_TOKEN.test(c.req.path);
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
