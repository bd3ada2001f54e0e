import type { ApiEnv } from "@permanence/people";
import type { MiddlewareHandler } from "hono";

/** What every answer says of itself unless its route says otherwise: it is what its type says and nothing that a browser
 *  guesses, it runs and frames nothing when somebody opens it as a page, and no cache between keeps it for others. */
const HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "private, no-cache",
};

export const setHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};
