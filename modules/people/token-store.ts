import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";

/** An API token as administrators see it; never the token itself. `id` is its hash, which opens nothing. */
export type ApiToken = {
  id: string;
  name: string;
  agent: { id: string; name: string; role: string };
  isReadOnly: boolean;
  madeAt: Instant;
  usedAt: Instant | null;
};

/** The desk's tokens that are good, the newest first. */
export async function listTokens(tx: Tx, deskId: DeskId): Promise<ApiToken[]> {
  const rows = await tx
    .selectFrom("credential")
    .innerJoin("agent", (join) =>
      join.onRef("agent.desk_id", "=", "credential.desk_id").onRef("agent.agent_id", "=", "credential.agent_id"),
    )
    .select([
      "token_hash",
      "label",
      "credential.created_at as madeAt",
      "seen_at as usedAt",
      "is_read_only as isReadOnly",
    ])
    .select(["agent.agent_id as agentId", "agent.name", "agent.role"])
    .where("credential.desk_id", "=", deskId)
    .where("kind", "=", "api")
    .where("disabled_at", "is", null)
    .orderBy("credential.created_at", "desc")
    .orderBy("token_hash")
    .execute();
  return rows.map(({ token_hash, label, agentId, name, role, ...row }) => ({
    ...{ id: token_hash.toString("hex"), name: label, agent: { id: agentId, name, role } },
    ...row,
  }));
}

/** Whose credential of this kind it is; null where there is none. */
export async function holderOf(
  tx: Tx,
  deskId: DeskId,
  { id, kind }: { id: string; kind: "session" | "api" },
): Promise<{ hash: Buffer; agentId: string; label: string } | null> {
  const hash = Buffer.from(id, "hex");
  const row = await tx
    .selectFrom("credential")
    .select(["agent_id as agentId", "label"])
    .where("desk_id", "=", deskId)
    .where("token_hash", "=", hash)
    .where("kind", "=", kind)
    .executeTakeFirst();
  return row ? { hash, ...row } : null;
}
