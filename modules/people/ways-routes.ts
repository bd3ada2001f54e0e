import { createRoute, z } from "@hono/zod-openapi";
import { renderSVG } from "uqr";
import { apiRouter, json, jsonBody, problem, problems } from "./api.ts";
import { removeCredentials } from "./credential-store.ts";
import { deskOf } from "./desk-store.ts";
import { LONGEST_PASSWORD, removePassword, setPassword, SHORTEST_PASSWORD } from "./password-store.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { findWays } from "./sign-in-ways.ts";
import { codeKeys, forgetTries, takeTry } from "./sign-in-tries.ts";
import { beginTotp, confirmTotp, hasTotp, makeRecoveryCodes, removeTotp } from "./totp-store.ts";
import { changing, recordChange, requireFresh, tooMany, viewWays, Ways } from "./ways-api.ts";

const tags = ["Sign-in"];
const waysRoute = createRoute({
  method: "get",
  path: "/me/sign-in-ways",
  tags,
  summary: "By what one signs in",
  responses: { 200: json(Ways, "One's own ways in."), ...problems(401) },
});

const passwordRoute = createRoute({
  method: "put",
  path: "/me/password",
  tags,
  summary: "Set one's password; it counts once codes are set up too",
  request: {
    body: jsonBody(
      z.strictObject({
        password: z
          .string()
          .min(SHORTEST_PASSWORD, `must be at least ${SHORTEST_PASSWORD} characters`)
          .max(LONGEST_PASSWORD),
      }),
    ),
  },
  responses: { 200: json(Ways, "Set. All other sessions have ended."), ...problems(400, 401, 409) },
});

const noPasswordRoute = createRoute({
  method: "delete",
  path: "/me/password",
  tags,
  summary: "Take one's password and codes away",
  responses: { 200: json(Ways, "Gone."), ...problems(401, 409) },
});

const beginTotpRoute = createRoute({
  method: "post",
  path: "/me/totp",
  tags,
  summary: "Begin to set up a phone's codes (RFC 6238)",
  responses: {
    200: json(
      z.object({ uri: z.string(), secret: z.string(), qr: z.string().openapi({ description: "SVG" }) }),
      "Counts once a code of it is confirmed.",
    ),
    ...problems(401, 409),
  },
});

const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) }).openapi("RecoveryCodes");

const confirmTotpRoute = createRoute({
  method: "post",
  path: "/me/totp/confirmation",
  tags,
  summary: "Confirm a phone's codes with one of them",
  request: { body: jsonBody(z.strictObject({ code: z.string().max(20) })) },
  responses: { 200: json(RecoveryCodes, "The only time that these are shown."), ...problems(400, 401, 409, 422, 429) },
});

const recoveryRoute = createRoute({
  method: "post",
  path: "/me/recovery-codes",
  tags,
  summary: "Make new recovery codes; those before them are void",
  responses: { 200: json(RecoveryCodes, "The only time that these are shown."), ...problems(401, 409) },
});

const WRONG_CODE =
  "This is no code of that phone now. Nothing was changed: wait for the next code, and check its clock.";
const NO_PASSWORD = "Codes go with a password. Nothing was changed: set a password first.";
/** One's own ways in. Each change is on record. */
export function waysRoutes({ secretKey: key }: PeopleRoutesOptions) {
  const routes = apiRouter();
  for (const path of ["/me/password", "/me/totp", "/me/totp/*", "/me/recovery-codes"]) routes.use(path, requireFresh);

  routes.openapi(waysRoute, async (c) => c.json(await viewWays(c), 200));

  routes.openapi(passwordRoute, async (c) => {
    const { agent, credentialHash: but } = c.get("session");
    await changing(c, "password-set", async (tx, deskId) => {
      await setPassword(tx, c.get("world"), deskId, { agentId: agent.id, ...c.req.valid("json") });
      await removeCredentials(tx, deskId, { agentId: agent.id, kinds: ["session", "second-step"], but });
    });
    return c.json(await viewWays(c), 200);
  });

  routes.openapi(noPasswordRoute, async (c) => {
    const { agent } = c.get("session");
    await changing(c, "password-removed", async (tx, deskId) => {
      await removePassword(tx, deskId, agent.id);
      await removeTotp(tx, deskId, agent.id);
    });
    return c.json(await viewWays(c), 200);
  });

  routes.openapi(beginTotpRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { name: deskName } = await deskOf(c.get("db"), deskId);
    const begun = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findWays(tx, deskId, agent.id)).passwordSetAt === null) return null;
      return await beginTotp(tx, c.get("world"), deskId, { agentId: agent.id, email: agent.email, deskName, key });
    });
    if (begun === null) return problem(c, 409, "No password", NO_PASSWORD);
    return c.json({ ...begun, qr: renderSVG(begun.uri, { border: 2 }) }, 200);
  });

  routes.openapi(confirmTotpRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { code } = c.req.valid("json");
    const [world, keys] = [c.get("world"), codeKeys(agent.id, null)];
    const confirmed = await c.get("db").transaction(deskId, async (tx) => {
      const waitMs = await takeTry(tx, world, deskId, keys);
      if (waitMs > 0) return waitMs;
      if ((await confirmTotp(tx, world, deskId, { agentId: agent.id, code, key })) !== "right") return null;
      await forgetTries(tx, deskId, keys);
      await recordChange(c, tx, "codes-set");
      return await makeRecoveryCodes(tx, world, deskId, agent.id);
    });
    if (typeof confirmed === "number") return tooMany(c, confirmed);
    if (confirmed === null) return problem(c, 422, "Wrong code", WRONG_CODE);
    return c.json({ recoveryCodes: confirmed }, 200);
  });

  routes.openapi(recoveryRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const codes = await c.get("db").transaction(deskId, async (tx) => {
      if (!(await hasTotp(tx, deskId, agent.id))) return null;
      await recordChange(c, tx, "recovery-codes-made");
      return await makeRecoveryCodes(tx, c.get("world"), deskId, agent.id);
    });
    if (codes === null) return problem(c, 409, "No codes", "Set up a phone's codes first. Nothing was changed.");
    return c.json({ recoveryCodes: codes }, 200);
  });

  return routes;
}
