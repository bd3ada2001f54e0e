import type { RelayAddress, RelayOAuth, TokenSource } from "@permanence/mail";
import { systemClock } from "@permanence/kernel";
import { z } from "zod";

/** The mail server that takes what the desk sends. */
export type Relay = RelayAddress;

const OAUTH_FORM = "must be user, issuer and clientId, with clientSecret or refreshToken";
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const word = z.string(OAUTH_FORM).min(1, OAUTH_FORM);
const issuer = z
  .url(OAUTH_FORM)
  .refine((text) => text.startsWith("https://") || LOOPBACK.test(new URL(text).hostname), OAUTH_FORM);

/** Signing in at the relay without a password. In the environment as JSON. Holds secrets: never print it. */
export const relayOAuthSchema = z.preprocess(
  fromJson,
  z
    .strictObject(
      {
        user: word,
        issuer,
        clientId: word,
        scope: word.nullable().default(null),
        grant: z.enum(["refresh-token", "client-credentials"], OAUTH_FORM).default("refresh-token"),
        clientSecret: word.nullable().default(null),
        refreshToken: word.nullable().default(null),
      },
      OAUTH_FORM,
    )
    .refine(
      ({ grant, clientSecret, refreshToken }) =>
        (grant === "client-credentials" ? clientSecret : refreshToken) !== null,
      OAUTH_FORM,
    ),
);

/** The same relay, with the token that opens it. */
export function withOAuth(relay: Relay, oauth: RelayOAuth): Relay {
  let tokens: Promise<TokenSource> | null = null; // Most commands send nothing: what it takes is not loaded for them.
  const token: TokenSource = async (renew) => {
    tokens ??= import("@permanence/mail").then(({ relayTokens }) => relayTokens(oauth, systemClock));
    return (await tokens)(renew);
  };
  return { ...relay, login: { user: oauth.user, token } };
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const FORM = "must be smtp://[user:password@]host:port or smtps://[user:password@]host:port";

/** Reads the one line that an operator writes. No message repeats it: it may hold a password. */
export const relaySchema = z.string(FORM).transform((text, context): Relay => {
  const relay = readRelay(text);
  if (relay !== null) return relay;
  context.addIssue({ code: "custom", message: FORM });
  return z.NEVER;
});

/** For people and logs: the address without the password. */
export function describeRelay(relay: Relay): string {
  return `${relay.secure ? "smtps" : "smtp"}://${relay.login ? `${relay.login.user}@` : ""}${relay.host}:${relay.port}`;
}

function readRelay(text: string): Relay | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "") return null;
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "") return null;
  if ((url.username === "") !== (url.password === "")) return null;

  const secure = url.protocol === "smtps:";
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1"); // An IPv6 address stands in brackets.
  const login =
    url.username === "" ? null : { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  return { host, port: url.port === "" ? (secure ? 465 : 25) : Number(url.port), secure, login };
}
