import type { Db } from "@permanence/database";
import type { ImapSettings } from "@permanence/people";
import { ImapRefusal } from "./imap-failure.ts";
import { openSecret, sealSecret } from "./imap-secret.ts";
import { store } from "./imap-taking.ts";
import { lockToken, saveToken } from "./imap-token-store.ts";
import { NoToken, type OAuthSecrets, type OAuthToken, requestToken } from "./oauth-token.ts";
import type { IntakeMailbox } from "./smtp-recipients.ts";

export type ImapOAuth = NonNullable<ImapSettings["oauth"]>;

/**
 * A token to sign in with, asked for anew with each connection: those are few, and a token lives for an hour.
 * A refresh token that is answered with another one is replaced by it. One asks at a time, whatever the process: services
 * that replace them revoke both where an old one is seen again.
 * Throws an `ImapRefusal` that says what the service said.
 */
export async function fetchAccessToken(
  db: Db,
  { deskId, mailboxId }: IntakeMailbox,
  { oauth, secrets }: { oauth: ImapOAuth; secrets: OAuthSecrets },
): Promise<string> {
  const { clientSecret, refreshToken: given } = secrets;
  if (oauth.grant === "client-credentials") return (await request(oauth, secrets)).accessToken;
  if (given === null) throw new ImapRefusal("no-token", "No refresh token is set for it.");
  return store(db, deskId, async (tx) => {
    const sealed = await lockToken(tx, deskId, mailboxId);
    const newest = (sealed && openSecret(sealed, given)) ?? given; // With another token given, what was kept is void.
    const { accessToken, refreshToken: next } = await request(oauth, { clientSecret, refreshToken: newest });
    if (next !== null && next !== newest) await saveToken(tx, deskId, mailboxId, sealSecret(next, given));
    return accessToken;
  });
}

async function request(oauth: ImapOAuth, secrets: OAuthSecrets): Promise<OAuthToken> {
  try {
    return await requestToken(oauth, secrets);
  } catch (error) {
    throw error instanceof NoToken ? new ImapRefusal("no-token", error.message) : error;
  }
}
