import type { ApiEnv } from "@permanence/people";
import { problem } from "@permanence/people";
import type { Context, Hono } from "hono";
import { nothingHere } from "./api-permissions.ts";

/** What is answered where no route was found: 405 where the address has others (RFC 9110, section 15.5.6), else 404. */
export function answerNoRoute(api: Hono<ApiEnv>, c: Context): Response {
  const routes = api.routes.filter(({ method, path }) => method !== "ALL" && patternOf(path).test(c.req.path));
  const methods = new Set(routes.map(({ method }) => method));
  if (methods.size === 0) return nothingHere(c);
  if (methods.has("GET")) methods.add("HEAD");
  const allowed = [...methods].toSorted().join(", ");
  c.header("allow", allowed);
  return problem(
    c,
    405,
    "Not this way",
    `${c.req.method} is not possible here. Nothing was changed. Possible: ${allowed}.`,
  );
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:[^/]+/g, "[^/]+").replaceAll(".", "\\.")}$`);
}
