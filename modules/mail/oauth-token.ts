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

/** Where a program proves that it may read or send mail, where passwords are no longer taken. */
export type OAuthClient = {
  issuer: string;
  clientId: string;
  scope: string | null;
  grant: "refresh-token" | "client-credentials";
};

/** Given by the operator. A public client has no secret; client credentials need no refresh token. */
export type OAuthSecrets = { clientSecret: string | null; refreshToken: string | null };

/** `refreshToken`: what replaces the one that was used (RFC 6749, section 6); null where it stays. */
export type OAuthToken = { accessToken: string; refreshToken: string | null; expiresInMs: number | null };

/** The service gave none; the message says why, for people. */
export class NoToken extends Error {}

const ANSWER_SECONDS = 10;

/** Asks for a token to sign in with. Throws `NoToken`. */
export async function requestToken(
  client: OAuthClient,
  { clientSecret, refreshToken }: OAuthSecrets,
): Promise<OAuthToken> {
  try {
    const service = await discover(client, clientSecret);
    const scope: Record<string, string> = client.scope === null ? {} : { scope: client.scope };
    if (client.grant === "refresh-token" && refreshToken === null) throw new NoToken("No refresh token is set for it.");
    const answer =
      client.grant === "client-credentials"
        ? await clientCredentialsGrant(service, scope)
        : await refreshTokenGrant(service, refreshToken!, scope);
    const seconds = answer.expiresIn();
    return {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token ?? null,
      expiresInMs: seconds === undefined ? null : seconds * 1_000,
    };
  } catch (error) {
    throw error instanceof NoToken ? error : new NoToken(sentence(client, error));
  }
}

function discover({ issuer, clientId }: OAuthClient, clientSecret: string | null): Promise<Configuration> {
  const authentication = clientSecret === null ? None() : ClientSecretPost(clientSecret);
  const isInsecure = issuer.startsWith("http:"); // To this machine only, as settings are checked.
  const options = { timeout: ANSWER_SECONDS, ...(isInsecure && { execute: [allowInsecureRequests] }) };
  return discovery(new URL(issuer), clientId, undefined, authentication, options);
}

/** Its own error code and words (RFC 6749, section 5.2), which hold no secret of ours. */
function sentence({ issuer }: OAuthClient, error: unknown): string {
  if (error instanceof ResponseBodyError) {
    const words = (error.error_description ?? "").replaceAll(/[\p{Cc}\s]+/gu, " ").slice(0, 200);
    return `${issuer} gives no token: ${error.error}${words === "" ? "" : ` (${words})`}.`;
  }
  const { message, cause } = error as Error;
  const why = cause instanceof Error && cause.message !== "" ? cause.message : message;
  return `${issuer} gives no token: ${why}.`;
}
