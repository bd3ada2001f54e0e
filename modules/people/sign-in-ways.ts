import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import type { Session } from "./api.ts";
import { removeCredentials } from "./credential-store.ts";
import { forgetDevices } from "./device-store.ts";
import { removePassword } from "./password-store.ts";
import { listPasskeys, type Passkey, removePasskey } from "./passkey-store.ts";
import { countRecoveryCodes, hasTotp, removeTotp } from "./totp-store.ts";

/** By what an agent signs in, beside a mailed link. */
export type SignInWays = {
  passwordSetAt: Instant | null;
  /** Whether codes are set up: a password counts only with them. */
  hasCodes: boolean;
  recoveryCodes: number;
  passkeys: Passkey[];
};

export async function findWays(tx: Tx, deskId: DeskId, agentId: string): Promise<SignInWays> {
  const password = await tx
    .selectFrom("agent_password")
    .select("set_at")
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .executeTakeFirst();
  return {
    passwordSetAt: password?.set_at ?? null,
    hasCodes: await hasTotp(tx, deskId, agentId),
    recoveryCodes: await countRecoveryCodes(tx, deskId, agentId),
    passkeys: await listPasskeys(tx, deskId, agentId),
  };
}

/** Whether the agent can come in without a mailed link. */
export async function hasOwnWay(tx: Tx, deskId: DeskId, agentId: string): Promise<boolean> {
  const { passwordSetAt, hasCodes, passkeys } = await findWays(tx, deskId, agentId);
  return passkeys.length > 0 || (passwordSetAt !== null && hasCodes);
}

/** For whoever lost theirs: a mailed link lets them in again. Whatever stood for them ends, but API tokens. */
export async function removeWays(tx: Tx, deskId: DeskId, agentId: string): Promise<void> {
  await removePassword(tx, deskId, agentId);
  await removeTotp(tx, deskId, agentId);
  await removePasskey(tx, deskId, agentId, null);
  await forgetDevices(tx, deskId, agentId);
  await removeCredentials(tx, deskId, { agentId, kinds: ["session", "second-step", "sign-in-link"] });
}

const FRESH_MS = 30 * 60_000;

/** Ways in are changed only shortly after signing in: whoever finds a browser open must not make it theirs. */
export function isFresh({ kind, begunAt }: Session, world: World): boolean {
  return kind === "session" && begunAt > instant(world.clock.now() - FRESH_MS);
}
