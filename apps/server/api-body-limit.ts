import { type ApiEnv, problem } from "@permanence/people";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

/** The longest text that a route takes has 200,000 characters; in JSON one may have six bytes. */
const MOST_BYTES = 2_000_000;
/** A proof holds the mails that it is about. */
const MOST_PROOF_BYTES = 30_000_000;

/** Refuses what is longer than any route takes, before it is read: whoever sends it need not even be signed in. */
export const limitBody: MiddlewareHandler<ApiEnv> = (c, next) =>
  (c.req.path.endsWith("/proof-examinations") ? ofProofs : ofAllElse)(c, next);

const ofProofs = limitedTo(MOST_PROOF_BYTES);
const ofAllElse = limitedTo(MOST_BYTES);

function limitedTo(maxSize: number): MiddlewareHandler {
  const onError = (c: Context) =>
    problem(c, 413, "Too large", `A request here has ${maxSize / 1_000_000} MB at most. Nothing was saved.`);
  return bodyLimit({ maxSize, onError });
}
