import { type Db, type DeskId, lookUp, type Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import { type Agent, AGENT_COLUMNS, findAgentByEmail } from "./agent-store.ts";
import { issueCredential } from "./credential-store.ts";
import { findPasswordHash, isPassword } from "./password-store.ts";
import { beginSession, recordFailure } from "./session-begin.ts";
import { codeKeys, forgetTries, passwordKeys, takeTry } from "./sign-in-tries.ts";
import { hasTotp, takeRecoveryCode, takeTotp } from "./totp-store.ts";
import { sha256, type Visitor } from "./visitor.ts";

// Two steps: the password, then a code of the phone's or of the paper's. Whoever has no codes has no password that counts.

const SECOND_STEP_MS = 10 * 60_000;
const NOBODY = "00000000-0000-0000-0000-000000000000";

export type Refused = { outcome: "wait"; waitMs: number } | { outcome: "wrong" | "too-late" | "unreadable" };
/** Which browser it is, by whom it may belong to. */
export type KnowsDevice = (tx: Tx, deskId: DeskId, agentId: string) => Promise<Buffer | null>;
type From = { visitor: Visitor; knownDevice: KnowsDevice };

/**
 * The first step. Somebody unknown gets the same answer after the same time as somebody known with a wrong password.
 * @param deskId null: nobody knows which desk is meant
 * @returns `token` for the second step
 */
export async function tryPassword(
  db: Db,
  world: World,
  deskId: DeskId | null,
  { email, password, visitor, knownDevice }: { email: string; password: string } & From,
): Promise<Refused | { outcome: "right"; token: string }> {
  if (deskId === null) {
    await isPassword(password, null);
    return { outcome: "wrong" };
  }
  const before = await db.transaction(deskId, async (tx) => {
    const agent = await findAgentByEmail(tx, deskId, email);
    const agentId = agent?.id ?? NOBODY; // The same questions to the database, whoever it is.
    const keys = passwordKeys(email, visitor.network, await knownDevice(tx, deskId, agentId));
    const waitMs = await takeTry(tx, world, deskId, keys);
    const hash = await findPasswordHash(tx, deskId, agentId);
    return { agent, keys, waitMs, hash: (await hasTotp(tx, deskId, agentId)) ? hash : null };
  });
  if (before.waitMs > 0) return { outcome: "wait", waitMs: before.waitMs };
  const isRight = await isPassword(password, before.hash);
  return await db.transaction(deskId, async (tx) => {
    const agentId = before.agent?.id ?? null;
    if (!isRight || agentId === null) {
      await recordFailure(tx, world, deskId, { agentId, way: "password", visitor });
      return { outcome: "wrong" as const };
    }
    await forgetTries(tx, deskId, before.keys);
    const step = { agentId, kind: "second-step", label: "password", lifetimeMs: SECOND_STEP_MS, visitor } as const;
    return { outcome: "right" as const, token: await issueCredential(tx, world, deskId, step) };
  });
}

type CameIn = { outcome: "right"; deskId: DeskId; agent: Agent; sessionToken: string };

/** The second step. @param key the installation's, which secrets are sealed with */
export async function tryCode(
  db: Db,
  world: World,
  { token, code, key, visitor, knownDevice }: { token: string; code: string; key: string } & From,
): Promise<Refused | CameIn> {
  const tokenHash = sha256(token);
  const deskId = await lookUp(db, "token", tokenHash.toString("hex"));
  if (deskId === null) return { outcome: "too-late" };
  return await db.transaction(deskId, async (tx): Promise<Refused | CameIn> => {
    const agent = await lockSecondStep(tx, deskId, tokenHash, world.clock.now());
    if (agent === null) return { outcome: "too-late" };
    const keys = codeKeys(agent.id, await knownDevice(tx, deskId, agent.id));
    const waitMs = await takeTry(tx, world, deskId, keys);
    if (waitMs > 0) return { outcome: "wait", waitMs };
    const isOfPhone = /^\s*(?:\d\s*){6}$/.test(code);
    const way = isOfPhone ? "code" : "recovery-code";
    const tried = { agentId: agent.id, code, key };
    const outcome = isOfPhone
      ? await takeTotp(tx, world, deskId, tried)
      : (await takeRecoveryCode(tx, world, deskId, tried)) && "right";
    if (outcome === "unreadable") return { outcome };
    if (outcome !== "right") {
      await recordFailure(tx, world, deskId, { agentId: agent.id, way, visitor });
      return { outcome: "wrong" };
    }
    await forgetTries(tx, deskId, keys);
    await endSecondStep(tx, deskId, tokenHash, world.clock.now());
    const sessionToken = await beginSession(tx, world, deskId, { agentId: agent.id, way, visitor });
    return { outcome: "right", deskId, agent, sessionToken };
  });
}

/** Locked, so that of two right codes at once one counts. */
async function lockSecondStep(tx: Tx, deskId: DeskId, tokenHash: Buffer, now: Instant): Promise<Agent | null> {
  const step = await tx
    .selectFrom("credential")
    .innerJoin("agent", (join) =>
      join.onRef("agent.desk_id", "=", "credential.desk_id").onRef("agent.agent_id", "=", "credential.agent_id"),
    )
    .select(AGENT_COLUMNS)
    .where("credential.desk_id", "=", deskId)
    .where("token_hash", "=", tokenHash)
    .where("kind", "=", "second-step")
    .where("used_at", "is", null)
    .where("expires_at", ">", now)
    .where("disabled_at", "is", null)
    .forUpdate("credential")
    .executeTakeFirst();
  return step ?? null;
}

async function endSecondStep(tx: Tx, deskId: DeskId, tokenHash: Buffer, now: Instant): Promise<void> {
  await tx
    .updateTable("credential")
    .set({ used_at: now })
    .where("desk_id", "=", deskId)
    .where("token_hash", "=", tokenHash)
    .execute();
}
