import { type Db, type DeskId, lookUp, type Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import { type Agent, findAgent } from "./agent-store.ts";
import { acceptInvitation } from "./invitation-store.ts";
import { beginSession } from "./session-begin.ts";
import { sha256, type Visitor } from "./visitor.ts";

const NOBODY_KNOWN: Visitor = { network: "unknown", device: "" };

export type SignedIn = { deskId: DeskId; agent: Agent; sessionToken: string; isNew: boolean };

/** Exchanges the token of a sign-in link, or of an invitation, for a session's. Null when it was used, ran out or never was. */
export async function useSignInLink(
  db: Db,
  world: World,
  token: string,
  visitor: Visitor = NOBODY_KNOWN,
): Promise<SignedIn | null> {
  const tokenHash = sha256(token);
  const deskId = await lookUp(db, "token", tokenHash.toString("hex"));
  if (deskId === null) return null;
  return await db.transaction(deskId, async (tx) => {
    const known = await takeSignInLink(tx, deskId, tokenHash, world.clock.now());
    const agent = known ?? (await acceptInvitation(tx, world, deskId, tokenHash));
    if (agent === null) return null;
    const way = known === null ? "invitation" : "link";
    const sessionToken = await beginSession(tx, world, deskId, { agentId: agent.id, way, visitor });
    return { deskId, agent, sessionToken, isNew: known === null };
  });
}

/** Of two who come with the same link at the same time, one gets in. */
async function takeSignInLink(tx: Tx, deskId: DeskId, tokenHash: Buffer, now: Instant): Promise<Agent | null> {
  const taken = await tx
    .updateTable("credential")
    .set({ used_at: now })
    .where("desk_id", "=", deskId)
    .where("token_hash", "=", tokenHash)
    .where("kind", "=", "sign-in-link")
    .where("used_at", "is", null)
    .where("expires_at", ">", now)
    .returning("agent_id")
    .executeTakeFirst();
  return taken ? await findAgent(tx, deskId, taken.agent_id) : null;
}
