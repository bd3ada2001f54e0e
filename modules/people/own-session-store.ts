import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";

/** A browser that is signed in as an agent. `id` is the hash of its token: it opens nothing. */
export type SessionRow = {
  id: string;
  begunAt: Instant;
  seenAt: Instant | null;
  network: string | null;
  device: string | null;
  way: string;
};

/** Those that are good still, the newest first. */
export async function listSessions(tx: Tx, deskId: DeskId, agentId: string, now: Instant): Promise<SessionRow[]> {
  const rows = await tx
    .selectFrom("credential")
    .select(["token_hash", "created_at as begunAt", "seen_at as seenAt", "network", "device", "label as way"])
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("kind", "=", "session")
    .where("expires_at", ">", now)
    .orderBy("created_at", "desc")
    .execute();
  return rows.map(({ token_hash, ...row }) => ({ id: token_hash.toString("hex"), ...row }));
}
