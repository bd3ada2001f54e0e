import type { DeskId, Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import { sql } from "kysely";
import { type Agent, AGENT_COLUMNS } from "./agent-store.ts";
import { recordAudit } from "./audit-store.ts";
import { removeCredentials } from "./credential-store.ts";
import { laterInName, type NamePage } from "./name-page.ts";
import type { Role } from "./people-tables.ts";

/** An agent as those see them who look after the desk's people. */
export type Account = Agent & {
  suspendedAt: Instant | null;
  seenAt: Instant | null; // When they last used a session.
  hasPasskey: boolean;
  hasCodes: boolean;
};

/** All who ever worked here, by name; whoever is suspended too. */
export async function listAccounts(tx: Tx, deskId: DeskId, { after, limit }: NamePage): Promise<Account[]> {
  return await selectAccounts(tx, deskId)
    .$if(after !== undefined, (query) => query.where(laterInName("agent_id", after!)))
    .orderBy("agent.name")
    .orderBy("agent.agent_id")
    .limit(limit)
    .execute();
}

export async function findAccount(tx: Tx, deskId: DeskId, agentId: string): Promise<Account | null> {
  return (await selectAccounts(tx, deskId).where("agent.agent_id", "=", agentId).executeTakeFirst()) ?? null;
}

function selectAccounts(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("agent")
    .select(AGENT_COLUMNS)
    .select("agent.disabled_at as suspendedAt")
    .select([
      sql<Instant | null>`(select max(coalesce(seen_at, created_at)) from credential c
        where c.desk_id = agent.desk_id and c.agent_id = agent.agent_id and kind = 'session')`.as("seenAt"),
      sql<boolean>`exists (select from passkey p where p.desk_id = agent.desk_id and p.agent_id = agent.agent_id)`.as(
        "hasPasskey",
      ),
      sql<boolean>`exists (select from agent_totp t
        where t.desk_id = agent.desk_id and t.agent_id = agent.agent_id and t.sealed is not null)`.as("hasCodes"),
    ])
    .where("agent.desk_id", "=", deskId);
}

export type AccountChange = { role?: Role | undefined; isSuspended?: boolean | undefined };
export type ChangeOutcome = "changed" | "not-found" | "last-admin";

/** Changes rights, on record. Somebody who may change them stays at each desk. A suspended agent's sessions and tokens end. */
export async function changeAccount(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { id, actorId, change }: { id: string; actorId: string; change: AccountChange },
): Promise<ChangeOutcome> {
  const admins = await lockAdmins(tx, deskId); // First, and always in one order: of two who remove each other one stays.
  const before = await findAccount(tx, deskId, id);
  if (before === null) return "not-found";
  const after = {
    role: change.role ?? before.role,
    isSuspended: change.isSuspended ?? before.suspendedAt !== null,
  };
  const wasAdmin = admins.includes(id);
  if (wasAdmin && (after.role !== "admin" || after.isSuspended) && admins.length === 1) return "last-admin";
  const disabled_at = after.isSuspended ? (before.suspendedAt ?? world.clock.now()) : null;
  await tx
    .updateTable("agent")
    .set({ role: after.role, disabled_at })
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", id)
    .execute();
  const subject = `agent:${id}`;
  if (after.role !== before.role) {
    const data = { before: before.role, after: after.role };
    await recordAudit(tx, world, deskId, { kind: "rights-changed", actorId, subject, data });
  }
  if (after.isSuspended === (before.suspendedAt !== null)) return "changed";
  await recordAudit(tx, world, deskId, { kind: after.isSuspended ? "suspended" : "restored", actorId, subject });
  const kinds = ["session", "api", "sign-in-link", "second-step"] as const;
  if (after.isSuspended) await removeCredentials(tx, deskId, { agentId: id, kinds: [...kinds] });
  return "changed";
}

async function lockAdmins(tx: Tx, deskId: DeskId): Promise<string[]> {
  const rows = await tx
    .selectFrom("agent")
    .select("agent_id")
    .where("desk_id", "=", deskId)
    .where("role", "=", "admin")
    .where("disabled_at", "is", null)
    .orderBy("agent_id")
    .forUpdate()
    .execute();
  return rows.map((row) => row.agent_id);
}
