import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { type Account, changeAccount, findAccount, listAccounts } from "./account-store.ts";
import { apiRouter, IsoText, json, jsonBody, problem, problems } from "./api.ts";
import { listOf, pageOf, pageQuery } from "./api-page.ts";
import { recordAudit } from "./audit-store.ts";
import { removeCredentials } from "./credential-store.ts";
import { forgetDevices } from "./device-store.ts";
import { nameKey } from "./name-page.ts";
import { endedBy, Sessions, viewSessions } from "./own-session-routes.ts";
import { ROLES } from "./people-tables.ts";
import { AgentView } from "./people-views.ts";
import { removeWays } from "./sign-in-ways.ts";
import { visitorOf } from "./visitor.ts";

const AccountView = AgentView.extend({
  suspendedAt: IsoText.nullable(),
  seenAt: IsoText.nullable().openapi({ description: "When they last used these pages, to five minutes." }),
  hasPasskey: z.boolean(),
  hasCodes: z.boolean(),
}).openapi("Account");

const tags = ["People"];
const params = z.object({ id: z.uuid() });

const listRoute = createRoute({
  method: "get",
  path: "/accounts",
  tags,
  summary: "Who may sign in at the desk, and who is suspended",
  request: { query: pageQuery(nameKey) },
  responses: { 200: json(listOf(AccountView), "One page, by name."), ...problems(400, 401, 403) },
});

const changeRoute = createRoute({
  method: "patch",
  path: "/accounts/{id}",
  tags,
  summary: "Change a colleague's role, suspend them, or let them in again",
  request: {
    params,
    body: jsonBody(z.strictObject({ role: z.enum(ROLES).optional(), isSuspended: z.boolean().optional() })),
  },
  responses: { 200: json(AccountView, "The account as it is now."), ...problems(400, 401, 403, 404, 409) },
});

const sessionsRoute = createRoute({
  method: "get",
  path: "/accounts/{id}/sessions",
  tags,
  summary: "Where a colleague is signed in",
  request: { params },
  responses: { 200: json(Sessions, "The newest first."), ...problems(401, 403, 404) },
});

const endRoute = createRoute({
  method: "delete",
  path: "/accounts/{id}/sessions",
  tags,
  summary: "End a colleague's sessions",
  request: { params },
  responses: { 204: { description: "They must sign in again." }, ...problems(401, 403, 404) },
});

const resetRoute = createRoute({
  method: "delete",
  path: "/accounts/{id}/sign-in-ways",
  tags,
  summary: "Take a colleague's lost ways in away, so that a mailed link lets them in again",
  request: { params },
  responses: { 204: { description: "Their sessions have ended too." }, ...problems(401, 403, 404) },
});

/** The desk's people, for those who look after them. */
export function accountRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: after } = c.req.valid("query");
    const rows = await c.get("db").transaction(deskId, (tx) => listAccounts(tx, deskId, { after, limit: limit + 1 }));
    return c.json(
      pageOf(rows, limit, viewOf, ({ name, id }) => ({ name, id })),
      200,
    );
  });

  routes.openapi(changeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const asked = { id: c.req.valid("param").id, actorId: agent.id, change: c.req.valid("json") };
    const { outcome, account } = await c.get("db").transaction(deskId, async (tx) => ({
      outcome: await changeAccount(tx, c.get("world"), deskId, asked),
      account: await findAccount(tx, deskId, asked.id),
    }));
    if (outcome === "last-admin") return problem(c, 409, "The last administrator", LAST_ADMIN);
    if (account === null) return problem(c, 404, "Not found", STRANGER);
    return c.json(viewOf(account), 200);
  });

  routes.openapi(sessionsRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const account = await c.get("db").transaction(deskId, (tx) => findAccount(tx, deskId, id));
    if (account === null) return problem(c, 404, "Not found", STRANGER);
    return c.json({ items: await viewSessions(c, id) }, 200);
  });

  routes.openapi(endRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id: agentId } = c.req.valid("param");
    const isDone = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findAccount(tx, deskId, agentId)) === null) return false;
      await removeCredentials(tx, deskId, { agentId, kinds: ["session", "second-step", "sign-in-link"] });
      await forgetDevices(tx, deskId, agentId);
      await recordAudit(tx, c.get("world"), deskId, endedBy(c, agentId));
      return true;
    });
    return isDone ? c.body(null, 204) : problem(c, 404, "Not found", STRANGER);
  });

  routes.openapi(resetRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const isDone = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findAccount(tx, deskId, id)) === null) return false;
      await removeWays(tx, deskId, id);
      const record = { kind: "ways-changed", actorId: agent.id, subject: `agent:${id}` } as const;
      const { network } = visitorOf(c);
      await recordAudit(tx, c.get("world"), deskId, { ...record, network, data: { change: "all-removed" } });
      return true;
    });
    return isDone ? c.body(null, 204) : problem(c, 404, "Not found", STRANGER);
  });

  return routes;
}

const STRANGER = "Nobody with this id works at this desk.";
const LAST_ADMIN =
  "This is the desk's last administrator: nobody could change its settings any more. Nothing was changed; make another one first.";

function viewOf({ suspendedAt, seenAt, ...account }: Account) {
  return {
    ...account,
    suspendedAt: suspendedAt === null ? null : toIso(suspendedAt),
    seenAt: seenAt === null ? null : toIso(seenAt),
  };
}
