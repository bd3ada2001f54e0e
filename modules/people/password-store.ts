import type { DeskId, Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { hash, verify } from "@node-rs/argon2";

/** OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. The library makes
 *  argon2id unless it is told otherwise. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

/** Compared with where there is no password to compare with, so that it takes as long. Made once, of nothing secret. */
const nobodys = hash("nobody's", { ...COST, salt: Buffer.alloc(SALT_BYTES) });

/** Keeps the argon2id hash of the password, and nothing else of it. */
export async function setPassword(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, password }: { agentId: string; password: string },
): Promise<void> {
  const kept = {
    hash: await hash(password.normalize("NFKC"), { ...COST, salt: world.random.bytes(SALT_BYTES) }),
    set_at: world.clock.now(),
  };
  await tx
    .insertInto("agent_password")
    .values({ desk_id: deskId, agent_id: agentId, ...kept })
    .onConflict((conflict) => conflict.columns(["desk_id", "agent_id"]).doUpdateSet(kept))
    .execute();
}

/** The hash of the agent's password; null where there is none. */
export async function findPasswordHash(tx: Tx, deskId: DeskId, agentId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("agent_password")
    .select("hash")
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .executeTakeFirst();
  return row?.hash ?? null;
}

/** Whether it is the password. Takes as long where there is none: nobody learns by the clock who works here. */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const isRight = await verify(kept ?? (await nobodys), password.normalize("NFKC"));
  return isRight && kept !== null;
}

export async function removePassword(tx: Tx, deskId: DeskId, agentId: string): Promise<void> {
  await tx.deleteFrom("agent_password").where("desk_id", "=", deskId).where("agent_id", "=", agentId).execute();
}
