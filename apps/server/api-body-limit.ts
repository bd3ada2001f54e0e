import { type ApiEnv, problem } from "@permanence/people";
import type { Context, MiddlewareHandler } from "hono";

/** The longest text that a route takes has 200,000 characters; in JSON one may have six bytes. */
const MOST_BYTES = 2_000_000;
/** Files: a proof holds the mails that it is about, a table some ten thousands of customers. */
const MOST_OF: Record<string, number | undefined> = {
  "proof-examinations": 30_000_000,
  "directory-imports": 10_000_000,
};

/** Files are read by whoever keeps them, who counts what comes: they need not be held here first. */
const UPLOADS = /^\/api\/v1\/(?:.+\/)?uploads$/;

/** Refuses what is longer than any route takes, before it is read: whoever sends it need not even be signed in. */
export const limitBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (UPLOADS.test(c.req.path)) return next();
  const most = MOST_OF[c.req.path.slice(c.req.path.lastIndexOf("/") + 1)] ?? MOST_BYTES;
  if (Number(c.req.header("content-length") ?? 0) > most) return tooLarge(c, most);
  const { body, method, headers, url } = c.req.raw;
  // RFC 9112, section 6.3: without either field there is none; of pages, which ask in this process, it is limited already.
  if (c.req.header("transfer-encoding") === undefined || body === null) return next();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) return tooLarge(c, most);
    chunks.push(chunk);
  }
  c.req.raw = new Request(url, { method, headers, body: Buffer.concat(chunks) });
  return next();
};

function tooLarge(c: Context, most: number) {
  return problem(c, 413, "Too large", `A request here has ${most / 1_000_000} MB at most. Nothing was saved.`);
}
