import type { Clock } from "@permanence/kernel";
import { type OAuthClient, type OAuthSecrets, requestToken } from "./oauth-token.ts";

/** A way to sign in at a relay that takes no passwords (XOAUTH2). */
export type RelayOAuth = OAuthClient & OAuthSecrets & { user: string };

/** A token that is about to end is not begun with. */
const SPARE_MS = 60_000;
const LASTS_MS = 10 * 60_000; // Where the service does not say for how long.

export type TokenSource = (renew: boolean) => Promise<string>;

/** Access tokens for a relay, each kept for as long as it is good; whoever asks meanwhile gets the same. A refresh token that
 *  is answered with another one is replaced by it, as long as the process runs. `renew`: the relay did not take the last. */
export function relayTokens({ clientSecret, ...oauth }: RelayOAuth, clock: Pick<Clock, "monotonicMs">): TokenSource {
  let refreshToken = oauth.refreshToken;
  let current: { token: Promise<string>; untilMs: number } | null = null;
  return (renew) => {
    if (current !== null && !renew && clock.monotonicMs() < current.untilMs) return current.token;
    const asked = { token: ask(), untilMs: Number.POSITIVE_INFINITY };
    current = asked;
    asked.token.catch(() => {
      if (current === asked) current = null; // The next one asks again.
    });
    return asked.token;

    async function ask(): Promise<string> {
      const answer = await requestToken(oauth, { clientSecret, refreshToken });
      refreshToken = answer.refreshToken ?? refreshToken;
      asked.untilMs = clock.monotonicMs() + (answer.expiresInMs ?? LASTS_MS) - SPARE_MS;
      return answer.accessToken;
    }
  };
}
