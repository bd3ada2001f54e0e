import { createRoute, z } from "@hono/zod-openapi";
import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import { type Context } from "hono";
import { type ApiContext, apiRouter, json, jsonBody, problem, problems } from "./api.ts";
import { deskOfStranger } from "./desk-routes.ts";
import { findDevice } from "./device-store.ts";
import { normalAddress } from "./mail-address.ts";
import { LONGEST_PASSWORD } from "./password-store.ts";
import { type Refused, tryCode, tryPassword } from "./password-sign-in.ts";
import { askForPasskey, passkeySiteOf, signInByPasskey } from "./passkeys.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { AgentView } from "./people-views.ts";
import { giveSession } from "./session-cookie.ts";
import { visitorOf } from "./visitor.ts";

const PasswordSignIn = z.object({
  email: z.string().max(320),
  password: z.string().max(LONGEST_PASSWORD),
  desk: z.string().max(100).optional().openapi({ description: "The desk's slug, where there are several." }),
});

const passwordRoute = createRoute({
  method: "post",
  path: "/sign-ins/password",
  tags: ["Sign-in"],
  summary: "Sign in with a password: the first of two steps",
  security: [],
  request: { body: jsonBody(PasswordSignIn) },
  responses: {
    200: json(z.object({ token: z.string() }), "It is right. With this, and a code, the second step."),
    ...problems(400, 401, 429),
  },
});

const codeRoute = createRoute({
  method: "post",
  path: "/sign-ins/code",
  tags: ["Sign-in"],
  summary: "Sign in with a code: the second step",
  security: [],
  request: {
    body: jsonBody(
      z.object({
        token: z.string().max(200),
        code: z.string().max(60).openapi({ description: "Of the phone, or one of the recovery codes." }),
      }),
    ),
  },
  responses: { 201: json(AgentView, "Who signed in. The session comes as a cookie."), ...problems(400, 401, 409, 429) },
});

/** As the W3C's Web Authentication describes them; taken apart by the library. */
export const Ceremony = z.looseObject({}).openapi("Ceremony");
const Response = z.looseObject({
  id: z.string().max(2_000),
  rawId: z.string().max(2_000),
  type: z.string().max(50),
  response: z.looseObject({ userHandle: z.string().max(200).optional() }),
});

const challengeRoute = createRoute({
  method: "post",
  path: "/sign-ins/passkey-challenge",
  tags: ["Sign-in"],
  summary: "What a browser is asked to sign in with (PublicKeyCredentialRequestOptionsJSON)",
  security: [],
  responses: { 200: json(Ceremony, "Good for five minutes, once."), ...problems(409) },
});

const passkeyRoute = createRoute({
  method: "post",
  path: "/sign-ins/passkey",
  tags: ["Sign-in"],
  summary: "Sign in with a passkey (AuthenticationResponseJSON)",
  security: [],
  request: { body: jsonBody(Response) },
  responses: { 201: json(AgentView, "Who signed in. The session comes as a cookie."), ...problems(400, 401, 409) },
});

/** Ways in beside the link. None of them needs a session. */
export function signInRoutes(options: PeopleRoutesOptions) {
  const routes = apiRouter();

  routes.openapi(passwordRoute, async (c) => {
    const { email, password, desk: slug } = c.req.valid("json");
    const deskId = await deskOfStranger(c.get("db"), slug);
    const address = normalAddress(email) ?? email.slice(0, 320);
    const tried = await tryPassword(c.get("db"), c.get("world"), deskId, { email: address, password, ...fromOf(c) });
    return tried.outcome === "right" ? c.json({ token: tried.token }, 200) : refuse(c, tried, WRONG_PASSWORD);
  });

  routes.openapi(codeRoute, async (c) => {
    const given = { ...c.req.valid("json"), key: options.secretKey, ...fromOf(c) };
    const tried = await tryCode(c.get("db"), c.get("world"), given);
    if (tried.outcome === "right") {
      await giveSession(c, tried, options.publicUrl());
      return c.json(tried.agent, 201);
    }
    return tried.outcome === "unreadable"
      ? problem(c, 409, "Codes cannot be read", UNREADABLE)
      : refuse(c, tried, WRONG_CODE);
  });

  routes.openapi(challengeRoute, async (c) => {
    const site = passkeySiteOf(c, options.publicUrl());
    if (site === null) return problem(c, 409, "No passkeys here", NO_PASSKEYS);
    return c.json({ ...(await askForPasskey(c.get("world"), site, options.secretKey)) }, 200);
  });

  routes.openapi(passkeyRoute, async (c) => {
    const site = passkeySiteOf(c, options.publicUrl());
    if (site === null) return problem(c, 409, "No passkeys here", NO_PASSKEYS);
    const response = c.req.valid("json") as unknown as AuthenticationResponseJSON;
    const given = { response, site, key: options.secretKey, visitor: visitorOf(c) };
    const signedIn = await signInByPasskey(c.get("db"), c.get("world"), given);
    if (signedIn === null) return problem(c, 401, "Passkey not known", WRONG_PASSKEY);
    await giveSession(c, signedIn, options.publicUrl());
    return c.json(signedIn.agent, 201);
  });

  return routes;
}

const WRONG_PASSWORD = "The address or the password is not right, or this address signs in another way.";
const WRONG_CODE = "The code is not right, or was used already. Wait for the next one on your phone.";
const TOO_LATE = "The password was given too long ago. Begin again with it.";
const WRONG_PASSKEY = "This passkey is not known here. Sign in another way.";
const UNREADABLE =
  "The codes of this agent were made with another key of the installation. Use a recovery code, or ask an administrator.";
export const NO_PASSKEYS =
  "Passkeys need a host with a name. Reach the site by one (PERMANENCE_PUBLIC_URL), not by an address of numbers.";

function fromOf(c: ApiContext) {
  const knownDevice = (...of: Parameters<typeof findDevice> extends [Context, ...infer Of] ? Of : never) =>
    findDevice(c, ...of);
  return { visitor: visitorOf(c), knownDevice };
}

function refuse(c: Context, refused: Refused, wrong: string) {
  if (refused.outcome === "wait") {
    const seconds = Math.ceil(refused.waitMs / 1_000);
    c.header("retry-after", String(seconds));
    const detail = `Too many tries. This one was not looked at: wait ${seconds} seconds, or use a passkey.`;
    return problem(c, 429, "Too many tries", detail);
  }
  return problem(c, 401, "Not signed in", refused.outcome === "too-late" ? TOO_LATE : wrong);
}
