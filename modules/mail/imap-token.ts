import type { Db } from "@permanence/database";
import type { ImapSettings } from "@permanence/people";
import {
  allowInsecureRequests,
  clientCredentialsGrant,
  ClientSecretPost,
  type Configuration,
  discovery,
  None,
  refreshTokenGrant,
  ResponseBodyError,
} from "openid-client";
import { ImapRefusal } from "./imap-failure.ts";
import { openSecret, sealSecret } from "./imap-secret.ts";
import { store } from "./imap-taking.ts";
import { lockToken, saveToken } from "./imap-token-store.ts";
import type { IntakeMailbox } from "./smtp-recipients.ts";

/** How a program proves that it may read a mailbox, where passwords are no longer taken. */
export type ImapOAuth = NonNullable<ImapSettings["oauth"]>;

/** Given by the operator. A public client has no secret; client credentials need no refresh token. */
export type ImapOAuthSecrets = { clientSecret: string | null; refreshToken: string | null };

const ANSWER_SECONDS = 10;

/**
 * A token to sign in with, asked for anew with each connection: those are few, and a token lives for an hour.
 * A refresh token that is answered with another one is replaced by it (RFC 6749, section 6). One asks at a time, whatever
 * the process: services that replace them revoke both where an old one is seen again.
 * Throws an `ImapRefusal` that says what the service said.
 */
export async function fetchAccessToken(
  db: Db,
  { deskId, mailboxId }: IntakeMailbox,
  { oauth, secrets }: { oauth: ImapOAuth; secrets: ImapOAuthSecrets },
): Promise<string> {
  const service = await discover(oauth, secrets.clientSecret).catch((error: unknown) => {
    throw new ImapRefusal("no-token", sentence(oauth, error));
  });
  if (oauth.grant === "client-credentials") {
    const grant = clientCredentialsGrant(service, scopeOf(oauth));
    return (await grant.catch((error: unknown) => refuse(oauth, error))).access_token;
  }
  const given = secrets.refreshToken;
  if (given === null) throw new ImapRefusal("no-token", "No refresh token is set for it.");
  return store(db, deskId, async (tx) => {
    const sealed = await lockToken(tx, deskId, mailboxId);
    const newest = (sealed && openSecret(sealed, given)) ?? given; // With another token given, what was kept is void.
    const answer = await refreshTokenGrant(service, newest, scopeOf(oauth)).catch((error: unknown) =>
      refuse(oauth, error),
    );
    const next = answer.refresh_token;
    if (next !== undefined && next !== newest) await saveToken(tx, deskId, mailboxId, sealSecret(next, given));
    return answer.access_token;
  });
}

function discover({ issuer, clientId }: ImapOAuth, clientSecret: string | null): Promise<Configuration> {
  const authentication = clientSecret === null ? None() : ClientSecretPost(clientSecret);
  const isInsecure = issuer.startsWith("http:"); // To this machine only, as desk.yaml is checked.
  const options = { timeout: ANSWER_SECONDS, ...(isInsecure && { execute: [allowInsecureRequests] }) };
  return discovery(new URL(issuer), clientId, undefined, authentication, options);
}

function scopeOf({ scope }: ImapOAuth): Record<string, string> {
  return scope === null ? {} : { scope };
}

function refuse(oauth: ImapOAuth, error: unknown): never {
  throw new ImapRefusal("no-token", sentence(oauth, error));
}

/** Its own error code and words (RFC 6749, section 5.2), which hold no secret of ours. */
function sentence({ issuer }: ImapOAuth, error: unknown): string {
  if (error instanceof ResponseBodyError) {
    const words = (error.error_description ?? "").replaceAll(/[\p{Cc}\s]+/gu, " ").slice(0, 200);
    return `${issuer} gives no token: ${error.error}${words === "" ? "" : ` (${words})`}.`;
  }
  const { message, cause } = error as Error;
  const why = cause instanceof Error && cause.message !== "" ? cause.message : message;
  return `${issuer} gives no token: ${why}.`;
}
