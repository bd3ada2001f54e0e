import { createHash } from "node:crypto";
import { type Db, type DeskId, lookUp, type Tx } from "@permanence/database";
import { type Instant, instant, newToken, type World } from "@permanence/kernel";
import { type Agent, AGENT_COLUMNS, findAgent } from "./agent-store.ts";
import type { Session } from "./api.ts";
import type { CredentialKind } from "./people-tables.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const SESSION_MS = 14 * DAY_MS;
/** A link that was printed for whoever sits at the machine. */
export const PRINTED_LINK_MS = 30 * MINUTE_MS;
/** A link that travels by mail, where others may come upon it. */
export const MAILED_LINK_MS = 15 * MINUTE_MS;

export type NewCredential = {
  agentId: string;
  kind: CredentialKind;
  /** For people who look at a list of credentials: "bin/permanence agent add". */
  label: string;
  lifetimeMs: number | null; // Null: until it is taken away.
};

/** Makes a secret that stands for the agent. The answer is the only copy; kept is its SHA-256 alone. */
export async function issueCredential(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, kind, label, lifetimeMs }: NewCredential,
): Promise<string> {
  const now = world.clock.now();
  await removeExpired(tx, deskId, agentId, now);
  const token = newToken(world);
  const token_hash = hashOf(token);
  await tx
    .insertInto("credential")
    .values({
      ...{ desk_id: deskId, token_hash, kind, agent_id: agentId, label, created_at: now, used_at: null },
      expires_at: lifetimeMs === null ? null : instant(now + lifetimeMs),
    })
    .execute();
  await tx
    .insertInto("directory")
    .values({ kind: "token", key: token_hash.toString("hex"), desk_id: deskId })
    .execute();
  return token;
}

/** Whom a session or an API token stands for; null when it stands for nobody, or no longer. */
export async function authenticate(db: Db, world: World, token: string): Promise<Session | null> {
  const credentialHash = hashOf(token);
  const deskId = await lookUp(db, "token", credentialHash.toString("hex"));
  if (deskId === null) return null;
  const now = world.clock.now();
  const agent = await db.transaction(deskId, (tx) => findHolder(tx, deskId, credentialHash, now));
  return agent ? { deskId, agent, credentialHash } : null;
}

async function findHolder(tx: Tx, deskId: DeskId, tokenHash: Buffer, now: Instant): Promise<Agent | null> {
  const holder = await tx
    .selectFrom("credential")
    .innerJoin("agent", (join) =>
      join.onRef("agent.desk_id", "=", "credential.desk_id").onRef("agent.agent_id", "=", "credential.agent_id"),
    )
    .select(AGENT_COLUMNS)
    .where("credential.desk_id", "=", deskId)
    .where("token_hash", "=", tokenHash)
    .where("kind", "in", ["session", "api"])
    .where((is) => is.or([is("expires_at", "is", null), is("expires_at", ">", now)]))
    .where("disabled_at", "is", null)
    .executeTakeFirst();
  return holder ?? null;
}

/** Exchanges a sign-in link's token for a session's. Null when it was used, ran out or never was. */
export async function useSignInLink(
  db: Db,
  world: World,
  token: string,
): Promise<{ deskId: DeskId; agent: Agent; sessionToken: string } | null> {
  const tokenHash = hashOf(token);
  const deskId = await lookUp(db, "token", tokenHash.toString("hex"));
  if (deskId === null) return null;
  return await db.transaction(deskId, async (tx) => {
    const agent = await takeSignInLink(tx, deskId, tokenHash, world.clock.now());
    if (agent === null) return null;
    const session = { agentId: agent.id, kind: "session", label: "Sign-in link", lifetimeMs: SESSION_MS } as const;
    return { deskId, agent, sessionToken: await issueCredential(tx, world, deskId, session) };
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

/** Signing out: from now on the token stands for nobody. */
export async function removeCredential(tx: Tx, deskId: DeskId, tokenHash: Buffer): Promise<void> {
  await tx.deleteFrom("credential").where("desk_id", "=", deskId).where("token_hash", "=", tokenHash).execute();
  await removeFromDirectory(tx, deskId, [tokenHash]);
}

/** How many links the agent was given since then: nobody may have a mailbox filled by asking for more. */
export async function countSignInLinks(tx: Tx, deskId: DeskId, agentId: string, since: Instant): Promise<number> {
  const { count } = await tx
    .selectFrom("credential")
    .select((credential) => credential.fn.countAll<number>().as("count"))
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("kind", "=", "sign-in-link")
    .where("created_at", ">", since)
    .executeTakeFirstOrThrow();
  return count;
}

async function removeExpired(tx: Tx, deskId: DeskId, agentId: string, now: Instant): Promise<void> {
  const expired = await tx
    .deleteFrom("credential")
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("expires_at", "<", instant(now - DAY_MS)) // Kept a day longer, since links are counted by the hour.
    .returning("token_hash")
    .execute();
  await removeFromDirectory(
    tx,
    deskId,
    expired.map((row) => row.token_hash),
  );
}

async function removeFromDirectory(tx: Tx, deskId: DeskId, hashes: Buffer[]): Promise<void> {
  if (hashes.length === 0) return;
  const keys = hashes.map((hash) => hash.toString("hex"));
  await tx
    .deleteFrom("directory")
    .where("kind", "=", "token")
    .where("key", "in", keys)
    .where("desk_id", "=", deskId)
    .execute();
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
