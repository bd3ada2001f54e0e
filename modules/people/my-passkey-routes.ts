import { createRoute, z } from "@hono/zod-openapi";
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import { apiRouter, json, jsonBody, problem, problems } from "./api.ts";
import { deskOf } from "./desk-store.ts";
import { keepPasskey, offerPasskey, passkeySiteOf } from "./passkeys.ts";
import { removePasskey } from "./passkey-store.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { Ceremony, NO_PASSKEYS } from "./sign-in-routes.ts";
import { recordChange, requireFresh, viewWays, Ways } from "./ways-api.ts";

const tags = ["Sign-in"];
const challengeRoute = createRoute({
  method: "post",
  path: "/me/passkey-challenge",
  tags,
  summary: "What a browser is asked to make a passkey with (PublicKeyCredentialCreationOptionsJSON)",
  responses: { 200: json(Ceremony, "Good for five minutes, once."), ...problems(401, 409) },
});

const keepRoute = createRoute({
  method: "post",
  path: "/me/passkeys",
  tags,
  summary: "Keep the passkey that the browser made (RegistrationResponseJSON)",
  request: {
    body: jsonBody(z.strictObject({ label: z.string().trim().min(1).max(100), response: z.looseObject({}) })),
  },
  responses: { 201: json(Ways, "It signs in from now on."), ...problems(400, 401, 409, 422) },
});

const dropRoute = createRoute({
  method: "delete",
  path: "/me/passkeys/{id}",
  tags,
  summary: "Take a passkey away",
  request: { params: z.object({ id: z.string().max(2_000) }) },
  responses: { 200: json(Ways, "It lets nobody in any more."), ...problems(401, 404, 409) },
});

const BAD_PASSKEY = "The browser's answer proves no new passkey. Nothing was saved: try again.";

/** One's own passkeys. */
export function myPasskeyRoutes({ secretKey: key, publicUrl }: PeopleRoutesOptions) {
  const routes = apiRouter();
  for (const path of ["/me/passkey-challenge", "/me/passkeys", "/me/passkeys/*"]) routes.use(path, requireFresh);

  routes.openapi(challengeRoute, async (c) => {
    const site = passkeySiteOf(c, publicUrl());
    if (site === null) return problem(c, 409, "No passkeys here", NO_PASSKEYS);
    const { deskId, agent } = c.get("session");
    const { name: deskName } = await deskOf(c.get("db"), deskId);
    const offered = { agent, deskName, site, key };
    const options = await c.get("db").transaction(deskId, (tx) => offerPasskey(tx, c.get("world"), deskId, offered));
    return c.json({ ...options }, 200);
  });

  routes.openapi(keepRoute, async (c) => {
    const site = passkeySiteOf(c, publicUrl());
    if (site === null) return problem(c, 409, "No passkeys here", NO_PASSKEYS);
    const { deskId, agent } = c.get("session");
    const { label, response } = c.req.valid("json");
    const answer = { agentId: agent.id, label, response: response as unknown as RegistrationResponseJSON, site, key };
    const isKept = await c.get("db").transaction(deskId, async (tx) => {
      const kept = await keepPasskey(tx, c.get("world"), deskId, answer);
      if (kept) await recordChange(c, tx, "passkey-added");
      return kept;
    });
    if (!isKept) return problem(c, 422, "No passkey", BAD_PASSKEY);
    return c.json(await viewWays(c), 201);
  });

  routes.openapi(dropRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const isGone = await c.get("db").transaction(deskId, async (tx) => {
      const removed = await removePasskey(tx, deskId, agent.id, id);
      if (removed) await recordChange(c, tx, "passkey-removed");
      return removed;
    });
    if (!isGone) return problem(c, 404, "Not found", "You have no such passkey.");
    return c.json(await viewWays(c), 200);
  });

  return routes;
}
