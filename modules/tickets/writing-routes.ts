import { createRoute, z } from "@hono/zod-openapi";
import {
  apiRouter,
  IfMatch,
  ifMatchAllows,
  jsonBody,
  problem,
  problems,
  setEtag,
  versionedJson,
} from "@permanence/people";
import { findWriting, saveWriting } from "./agent-writing.ts";

const tags = ["Writing"];
const Writing = z
  .object({
    undoSeconds: z.int().min(0).max(30).openapi({ description: "For which what you send can be taken back" }),
    signatures: z
      .record(z.string().regex(/^[a-z]{2}$/), z.string().trim().max(2_000))
      .openapi({ description: "By language; where one is missing, your name stands" }),
  })
  .openapi("AgentWriting");

const readRoute = createRoute({
  ...{ method: "get", path: "/me/writing", tags, summary: "How you write: your signatures, and the time to take back" },
  responses: { 200: versionedJson(Writing, "As it is.") },
});
const changeRoute = createRoute({
  ...{ method: "put", path: "/me/writing", tags, summary: "Change how you write" },
  request: { headers: IfMatch, body: jsonBody(Writing) },
  responses: { 200: versionedJson(Writing, "As it is now."), ...problems(400, 412) },
});

/** How the agent who asks writes. */
export function writingRoutes() {
  const routes = apiRouter();

  routes.openapi(readRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { version, ...writing } = await c.get("db").transaction(deskId, (tx) => findWriting(tx, deskId, agent.id));
    setEtag(c, version);
    return c.json(writing, 200);
  });

  routes.openapi(changeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const writing = c.req.valid("json");
    const version = await c.get("db").transaction(deskId, async (tx) => {
      const before = await findWriting(tx, deskId, agent.id);
      if (!ifMatchAllows(c, before.version)) return null;
      await saveWriting(tx, deskId, agent.id, { ...writing, version: before.version + 1 });
      return before.version + 1;
    });
    if (version === null) return problem(c, 412, "Changed meanwhile", CHANGED);
    setEtag(c, version);
    return c.json(writing, 200);
  });

  return routes;
}

const CHANGED = "You changed this in another window since. Nothing of this was saved: read it again and repeat.";
