import { createRoute, z } from "@hono/zod-openapi";
import { type Db, type DeskId, type Tx } from "@permanence/database";
import { instant, type World } from "@permanence/kernel";
import { setTimeout as pause } from "node:timers/promises";
import { deleteCookie } from "hono/cookie";
import { type Agent, findAgentByEmail } from "./agent-store.ts";
import { apiRouter, json, jsonBody, problem, problems } from "./api.ts";
import { recordAudit } from "./audit-store.ts";
import { countSignInLinks, issueCredential, MAILED_LINK_MS, removeCredential } from "./credential-store.ts";
import { deskOfStranger } from "./desk-routes.ts";
import { type Desk, deskOf } from "./desk-store.ts";
import { normalAddress } from "./mail-address.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { AgentView } from "./people-views.ts";
import { cookieOptions, giveSession, SESSION_COOKIE } from "./session-cookie.ts";
import { useSignInLink } from "./sign-in-link.ts";
import { hasOwnWay } from "./sign-in-ways.ts";
import { visitorOf } from "./visitor.ts";

const HOUR_MS = 3_600_000;
/** Asking for a link takes this long for everybody: making one takes less. */
const LINK_ANSWER_MS = 100;

const SignedInView = AgentView.extend({
  isNew: z.boolean().openapi({ description: "Whether they came by an invitation, and have no other way in yet." }),
}).openapi("SignedIn");

const signInRoute = createRoute({
  method: "post",
  path: "/sessions",
  tags: ["Sign-in"],
  summary: "Sign in with the token of a one-time link, or of an invitation",
  security: [],
  request: { body: jsonBody(z.object({ token: z.string().max(200) })) },
  responses: { 201: json(SignedInView, "Who signed in. The session comes as a cookie."), ...problems(400, 401) },
});

const signOutRoute = createRoute({
  method: "delete",
  path: "/sessions/current",
  tags: ["Sign-in"],
  summary: "Sign out",
  responses: { 204: { description: "The session or API token of this request stands for nobody any more." } },
});

const SignInLinkRequest = z.object({
  email: z.string().max(320),
  desk: z.string().max(100).optional().openapi({ description: "The desk's slug, where there are several." }),
});

const linkRoute = createRoute({
  method: "post",
  path: "/sign-in-links",
  tags: ["Sign-in"],
  summary: "Ask for a sign-in link by mail",
  security: [],
  request: { body: jsonBody(SignInLinkRequest) },
  responses: { 202: { description: "If an agent has this address, a link is on its way there." }, ...problems(400) },
});

/** Signing in and out. The first and the last of these need no session. */
export function sessionRoutes(options: PeopleRoutesOptions) {
  const routes = apiRouter();

  routes.openapi(signInRoute, async (c) => {
    const signedIn = await useSignInLink(c.get("db"), c.get("world"), c.req.valid("json").token, visitorOf(c));
    if (signedIn === null) {
      return problem(
        c,
        401,
        "Link used or run out",
        "This sign-in link was used already, or is too old. Ask for another.",
      );
    }
    await giveSession(c, signedIn, options.publicUrl());
    return c.json({ ...signedIn.agent, isNew: signedIn.isNew }, 201);
  });

  routes.openapi(signOutRoute, async (c) => {
    const { deskId, credentialHash, agent, kind } = c.get("session");
    const { network } = visitorOf(c);
    await c.get("db").transaction(deskId, async (tx) => {
      await removeCredential(tx, deskId, credentialHash);
      const record = { kind: kind === "api" ? "token-revoked" : "sign-out", actorId: agent.id, network } as const;
      await recordAudit(tx, c.get("world"), deskId, record);
    });
    deleteCookie(c, SESSION_COOKIE, cookieOptions(c, options.publicUrl()));
    return c.body(null, 204);
  });

  // The same answer whoever asks for whom: outsiders must not learn who works here.
  routes.openapi(linkRoute, async (c) => {
    const { email, desk: slug } = c.req.valid("json");
    const deskId = await deskOfStranger(c.get("db"), slug);
    const address = normalAddress(email);
    const answerable = pause(LINK_ANSWER_MS);
    if (deskId !== null && address !== null) await sendLink(c.get("db"), c.get("world"), deskId, address, options);
    await answerable;
    return c.body(null, 202);
  });

  return routes;
}

async function sendLink(
  db: Db,
  world: World,
  deskId: DeskId,
  email: string,
  options: PeopleRoutesOptions,
): Promise<void> {
  const desk = await deskOf(db, deskId);
  await db.transaction(deskId, async (tx) => {
    const agent = await findAgentByEmail(tx, deskId, email);
    if (agent === null || (await hasManyLinks(tx, world, desk, agent))) return;
    if (await hasOwnWay(tx, deskId, agent.id)) return; // Whoever reads their mail must not get past it: docs/decisions.
    const token = await issueCredential(tx, world, deskId, {
      ...{ agentId: agent.id, kind: "sign-in-link", label: "Asked for by mail", lifetimeMs: MAILED_LINK_MS },
    });
    await options.sendSignInLink(tx, world, desk, { agent, link: `${options.publicUrl()}/sign-in?token=${token}` });
  });
}

async function hasManyLinks(tx: Tx, world: World, desk: Desk, agent: Agent): Promise<boolean> {
  const anHourAgo = instant(world.clock.now() - HOUR_MS);
  const given = await countSignInLinks(tx, desk.deskId, agent.id, anHourAgo);
  return given >= desk.settings.caps.signInLinksPerAgentAndHour;
}
