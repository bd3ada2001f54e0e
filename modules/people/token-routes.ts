import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { apiRouter, IsoText, json, jsonBody, problem, problems } from "./api.ts";
import { recordAudit } from "./audit-store.ts";
import { issueCredential, removeCredential } from "./credential-store.ts";
import { SessionId } from "./own-session-routes.ts";
import { ROLES } from "./people-tables.ts";
import { holderOf, listTokens } from "./token-store.ts";
import { visitorOf } from "./visitor.ts";

const TokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    agent: z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES) }),
    isReadOnly: z.boolean(),
    madeAt: IsoText,
    usedAt: IsoText.nullable(),
  })
  .openapi("ApiToken");

const tags = ["People"];
const listRoute = createRoute({
  method: "get",
  path: "/api-tokens",
  tags,
  summary: "The desk's API tokens, with whom each stands for",
  responses: { 200: json(z.object({ items: z.array(TokenView) }), "The newest first."), ...problems(401, 403) },
});

const makeRoute = createRoute({
  method: "post",
  path: "/api-tokens",
  tags,
  summary: "Make an API token that stands for oneself",
  request: {
    body: jsonBody(
      z.strictObject({
        name: z.string().trim().min(1, "must not be empty").max(100),
        isReadOnly: z.boolean().openapi({ description: "Whether it may only read." }),
      }),
    ),
  },
  responses: {
    201: json(z.object({ token: z.string() }), "The only time that it is shown."),
    ...problems(400, 401, 403),
  },
});

const revokeRoute = createRoute({
  method: "delete",
  path: "/api-tokens/{id}",
  tags,
  summary: "Take an API token away",
  request: { params: z.object({ id: SessionId }) },
  responses: { 204: { description: "It stands for nobody any more." }, ...problems(401, 403, 404) },
});

/** API tokens. Each stands for an agent, with what their role may do. */
export function tokenRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listTokens(tx, deskId));
    const items = rows.map(({ madeAt, usedAt, agent, ...row }) => ({
      ...{ ...row, agent: { ...agent, role: agent.role as (typeof ROLES)[number] } },
      ...{ madeAt: toIso(madeAt), usedAt: usedAt === null ? null : toIso(usedAt) },
    }));
    return c.json({ items }, 200);
  });

  routes.openapi(makeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { name: label, isReadOnly } = c.req.valid("json");
    const credential = { agentId: agent.id, kind: "api", label, lifetimeMs: null, isReadOnly } as const;
    const token = await c.get("db").transaction(deskId, async (tx) => {
      const { network } = visitorOf(c);
      const record = { kind: "token-made", actorId: agent.id, network, data: { name: label } } as const;
      await recordAudit(tx, c.get("world"), deskId, record);
      return await issueCredential(tx, c.get("world"), deskId, { ...credential, visitor: visitorOf(c) });
    });
    return c.json({ token }, 201);
  });

  routes.openapi(revokeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const isGone = await c.get("db").transaction(deskId, async (tx) => {
      const held = await holderOf(tx, deskId, { id: c.req.valid("param").id, kind: "api" });
      if (held === null) return false;
      await removeCredential(tx, deskId, held.hash);
      const [subject, data] = [`agent:${held.agentId}`, { name: held.label }];
      const { network } = visitorOf(c);
      await recordAudit(tx, c.get("world"), deskId, {
        kind: "token-revoked",
        actorId: agent.id,
        subject,
        network,
        data,
      });
      return true;
    });
    return isGone ? c.body(null, 204) : problem(c, 404, "Not found", "There is no such token any more.");
  });

  return routes;
}
