import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { type ApiContext, apiRouter, IsoText, json, problem, problems } from "./api.ts";
import { recordAudit } from "./audit-store.ts";
import { removeCredential, removeCredentials } from "./credential-store.ts";
import { forgetDevices } from "./device-store.ts";
import { listSessions } from "./own-session-store.ts";
import { holderOf } from "./token-store.ts";
import { visitorOf } from "./visitor.ts";

export const SessionView = z
  .object({
    id: z.string(),
    begunAt: IsoText,
    seenAt: IsoText,
    network: z.string().nullable(),
    device: z.string().nullable().openapi({ description: "What the browser calls itself." }),
    way: z.string(),
    isThis: z.boolean(),
  })
  .openapi("SessionOfAgent");
export const Sessions = z.object({ items: z.array(SessionView) });
export const SessionId = z.string().regex(/^[0-9a-f]{64}$/);

const tags = ["Sign-in"];
const listRoute = createRoute({
  method: "get",
  path: "/me/sessions",
  tags,
  summary: "Where one is signed in",
  responses: { 200: json(Sessions, "The newest first."), ...problems(401) },
});

const endRoute = createRoute({
  method: "delete",
  path: "/me/sessions/{id}",
  tags,
  summary: "End one of one's own sessions",
  request: { params: z.object({ id: SessionId }) },
  responses: { 204: { description: "It stands for nobody any more." }, ...problems(401, 404) },
});

const endOthersRoute = createRoute({
  method: "delete",
  path: "/me/sessions",
  tags,
  summary: "End all of one's own sessions but this one",
  responses: {
    204: { description: "They stand for nobody any more; known browsers are forgotten." },
    ...problems(401),
  },
});

/** Where an agent is signed in. */
export function ownSessionRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => c.json({ items: await viewSessions(c, c.get("session").agent.id) }, 200));

  routes.openapi(endRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const isEnded = await c.get("db").transaction(deskId, async (tx) => {
      const held = await holderOf(tx, deskId, { id, kind: "session" });
      if (held?.agentId !== agent.id) return false;
      await removeCredential(tx, deskId, held.hash);
      await recordAudit(tx, c.get("world"), deskId, endedBy(c, agent.id));
      return true;
    });
    return isEnded ? c.body(null, 204) : problem(c, 404, "Not found", "You have no such session.");
  });

  routes.openapi(endOthersRoute, async (c) => {
    const { deskId, agent, credentialHash: but } = c.get("session");
    await c.get("db").transaction(deskId, async (tx) => {
      await removeCredentials(tx, deskId, { agentId: agent.id, kinds: ["session", "second-step"], but });
      await forgetDevices(tx, deskId, agent.id);
      await recordAudit(tx, c.get("world"), deskId, endedBy(c, agent.id));
    });
    return c.body(null, 204);
  });

  return routes;
}

/** An agent's sessions as the API shows them. */
export async function viewSessions(c: ApiContext, agentId: string): Promise<z.infer<typeof SessionView>[]> {
  const { deskId, credentialHash } = c.get("session");
  const now = c.get("world").clock.now();
  const rows = await c.get("db").transaction(deskId, (tx) => listSessions(tx, deskId, agentId, now));
  return rows.map(({ begunAt, seenAt, ...row }) => ({
    ...row,
    ...{ begunAt: toIso(begunAt), seenAt: toIso(seenAt ?? begunAt), isThis: row.id === credentialHash.toString("hex") },
  }));
}

/** What is put on record where somebody ends sessions. */
export function endedBy(c: ApiContext, agentId: string) {
  const actorId = c.get("session").agent.id;
  return { kind: "session-ended", actorId, subject: `agent:${agentId}`, network: visitorOf(c).network } as const;
}
