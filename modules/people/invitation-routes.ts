import { createRoute, z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import { type ApiContext, apiRouter, IsoText, json, jsonBody, problem, problems } from "./api.ts";
import { deskOf } from "./desk-store.ts";
import { type Invitation, invite, listInvitations, renewInvitation, revokeInvitation } from "./invitation-store.ts";
import { normalAddress } from "./mail-address.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { AGENT_LANGUAGES, ROLES } from "./people-tables.ts";
import { mayGive } from "./permissions.ts";

const InvitationView = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    language: z.string(),
    sentAt: IsoText,
    expiresAt: IsoText,
  })
  .openapi("AgentInvitation");

const tags = ["People"];
const params = z.object({ id: z.uuid() });

const listRoute = createRoute({
  method: "get",
  path: "/invitations",
  tags,
  summary: "Who is invited and has not come yet",
  responses: { 200: json(z.object({ items: z.array(InvitationView) }), "The newest first."), ...problems(401, 403) },
});

const inviteRoute = createRoute({
  method: "post",
  path: "/invitations",
  tags,
  summary: "Invite somebody to work at the desk, by mail",
  request: {
    body: jsonBody(
      z.strictObject({
        email: z.string().max(320),
        name: z.string().trim().min(1, "must not be empty").max(200),
        role: z.enum(ROLES),
        language: z.enum(AGENT_LANGUAGES),
      }),
    ),
  },
  responses: { 201: json(InvitationView, "The mail is on its way."), ...problems(400, 401, 403, 409, 422) },
});

const mailRoute = createRoute({
  method: "post",
  path: "/invitations/{id}/mails",
  tags,
  summary: "Send an invitation again: its link before is void",
  request: { params },
  responses: { 200: json(InvitationView, "Good for another 72 hours."), ...problems(401, 403, 404) },
});

const revokeRoute = createRoute({
  method: "delete",
  path: "/invitations/{id}",
  tags,
  summary: "Take an invitation back",
  request: { params },
  responses: { 204: { description: "Its link leads nowhere any more." }, ...problems(401, 403, 404) },
});

/** Inviting people to work at the desk. Whoever follows the link signs in with it, once. */
export function invitationRoutes(options: PeopleRoutesOptions) {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const rows = await c.get("db").transaction(deskId, (tx) => listInvitations(tx, deskId));
    return c.json({ items: rows.map(viewOf) }, 200);
  });

  routes.openapi(inviteRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const asked = c.req.valid("json");
    const email = normalAddress(asked.email);
    if (email === null) return problem(c, 422, "No address", "json.email: must be an e-mail address");
    if (!mayGive(agent.role, asked.role)) return problem(c, 403, "Not for your role", TOO_MUCH);
    const person = { ...asked, email, invitedBy: agent.id };
    const invited = await c.get("db").transaction(deskId, async (tx) => {
      const made = await invite(tx, c.get("world"), deskId, person);
      if (typeof made !== "string") await send(c, tx, deskId, made, options);
      return made;
    });
    if (invited === "is-agent") return problem(c, 409, "An agent already", IS_AGENT);
    if (invited === "is-invited") return problem(c, 409, "Invited already", IS_INVITED);
    return c.json(viewOf(invited.invitation), 201);
  });

  routes.openapi(mailRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const renewed = await c.get("db").transaction(deskId, async (tx) => {
      const made = await renewInvitation(tx, c.get("world"), deskId, { id, actorId: agent.id });
      if (made !== null) await send(c, tx, deskId, made, options);
      return made;
    });
    return renewed === null ? problem(c, 404, "Not found", GONE) : c.json(viewOf(renewed.invitation), 200);
  });

  routes.openapi(revokeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const asked = { id: c.req.valid("param").id, actorId: agent.id };
    const isGone = await c.get("db").transaction(deskId, (tx) => revokeInvitation(tx, c.get("world"), deskId, asked));
    return isGone ? c.body(null, 204) : problem(c, 404, "Not found", GONE);
  });

  return routes;
}

const TOO_MUCH = "Nobody gives a role that may do more than their own. Nobody was invited; ask an administrator.";
const IS_AGENT = "Somebody with this address works here already, or did and is suspended. Nobody was invited.";
const IS_INVITED = "This address is invited already. Nothing was sent; send that invitation again, or take it back.";
const GONE = "This invitation was accepted or taken back already.";

type Made = { invitation: Invitation; token: string };

async function send(
  c: ApiContext,
  tx: Tx,
  deskId: DeskId,
  { invitation, token }: Made,
  { publicUrl, sendInvitation }: PeopleRoutesOptions,
): Promise<void> {
  const { email: address, name, language, expiresAt } = invitation;
  const mail = { address, name, language, expiresAt, link: `${publicUrl()}/sign-in?token=${token}` };
  const desk = await deskOf(c.get("db"), deskId);
  await sendInvitation(tx, c.get("world"), desk, { ...mail, invitedBy: c.get("session").agent.name });
}

function viewOf({ id, email, name, role, language, sentAt, expiresAt }: Invitation) {
  return { id, email, name, role, language, sentAt: toIso(sentAt), expiresAt: toIso(expiresAt) };
}
