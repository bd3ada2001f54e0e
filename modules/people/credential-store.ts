import { type Db, type DeskId, lookUp, type Tx } from "@permanence/database";
import { type Instant, instant, newToken, type World } from "@permanence/kernel";
import { type Agent, AGENT_COLUMNS } from "./agent-store.ts";
import type { Session } from "./api.ts";
import type { CredentialKind } from "./people-tables.ts";
import { sha256, type Visitor } from "./visitor.ts";

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
  /** Whom it was given to, where a browser asked. */
  visitor?: Visitor;
  isReadOnly?: boolean;
};

/** Makes a secret that stands for the agent. The answer is the only copy; kept is its SHA-256 alone. */
export async function issueCredential(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, kind, label, lifetimeMs, visitor, isReadOnly = false }: NewCredential,
): Promise<string> {
  const now = world.clock.now();
  await removeExpired(tx, deskId, agentId, now);
  const token = newToken(world);
  const token_hash = sha256(token);
  await tx
    .insertInto("credential")
    .values({
      ...{ desk_id: deskId, token_hash, kind, agent_id: agentId, label, created_at: now, used_at: null },
      expires_at: lifetimeMs === null ? null : instant(now + lifetimeMs),
      ...{ network: visitor?.network ?? null, device: visitor?.device ?? null, is_read_only: isReadOnly },
    })
    .execute();
  await tx
    .insertInto("directory")
    .values({ kind: "token", key: token_hash.toString("hex"), desk_id: deskId })
    .execute();
  return token;
}

/** How exactly it is known when a credential was last used: each use would be a write otherwise. */
const SEEN_MS = 5 * MINUTE_MS;

/** Whom a session or an API token stands for; null when it stands for nobody, or no longer. */
export async function authenticate(db: Db, world: World, token: string): Promise<Session | null> {
  const credentialHash = sha256(token);
  const deskId = await lookUp(db, "token", credentialHash.toString("hex"));
  if (deskId === null) return null;
  const now = world.clock.now();
  return await db.transaction(deskId, async (tx) => {
    const holder = await findHolder(tx, deskId, credentialHash, now);
    if (holder === null) return null;
    const { seenAt, kind, isReadOnly, begunAt, ...agent } = holder;
    if (seenAt === null || seenAt < now - SEEN_MS) await noteUse(tx, deskId, credentialHash, now);
    return { deskId, agent, credentialHash, kind, isReadOnly, begunAt };
  });
}

async function noteUse(tx: Tx, deskId: DeskId, tokenHash: Buffer, now: Instant): Promise<void> {
  await tx
    .updateTable("credential")
    .set({ seen_at: now })
    .where("desk_id", "=", deskId)
    .where("token_hash", "=", tokenHash)
    .execute();
}

type Holder = Agent & { seenAt: Instant | null; kind: "session" | "api"; isReadOnly: boolean; begunAt: Instant };

async function findHolder(tx: Tx, deskId: DeskId, tokenHash: Buffer, now: Instant): Promise<Holder | null> {
  const holder = await tx
    .selectFrom("credential")
    .innerJoin("agent", (join) =>
      join.onRef("agent.desk_id", "=", "credential.desk_id").onRef("agent.agent_id", "=", "credential.agent_id"),
    )
    .select(AGENT_COLUMNS)
    .select(["credential.seen_at as seenAt", "credential.kind", "credential.is_read_only as isReadOnly"])
    .select("credential.created_at as begunAt")
    .where("credential.desk_id", "=", deskId)
    .where("token_hash", "=", tokenHash)
    .where("kind", "in", ["session", "api"])
    .where((is) => is.or([is("expires_at", "is", null), is("expires_at", ">", now)]))
    .where("disabled_at", "is", null)
    .executeTakeFirst();
  return (holder as Holder | undefined) ?? null;
}

/** @property but the one that stays */
type Ended = { agentId: string; kinds: CredentialKind[]; but?: Buffer | undefined };

/** Ends all of the agent's credentials of these kinds. @returns how many there were */
export async function removeCredentials(tx: Tx, deskId: DeskId, { agentId, kinds, but }: Ended): Promise<number> {
  const removed = await tx
    .deleteFrom("credential")
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("kind", "in", kinds)
    .$if(but !== undefined, (query) => query.where("token_hash", "<>", but!))
    .returning("token_hash")
    .execute();
  await removeFromDirectory(
    tx,
    deskId,
    removed.map((row) => row.token_hash),
  );
  return removed.length;
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
