import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant, newId, type World } from "@permanence/kernel";
import { type RawBuilder, sql } from "kysely";

// What is on record for good. The program's own role may only add to the table.

export const AUDIT_KINDS = [
  "sign-in",
  "sign-in-failed",
  "sign-out",
  "session-ended",
  "ways-changed", // A password, codes or a passkey were set up or taken away.
  "rights-changed",
  "suspended",
  "restored",
  "agent-added", // By the command line.
  "invited",
  "invitation-sent-again",
  "invitation-revoked",
  "invitation-accepted",
  "token-made",
  "token-revoked",
  "settings-changed",
  "customer-viewed",
  "customer-exported",
  "customer-erased",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Something to be put on record. Never holds what erasure would have to reach: customers are named by their ids. */
export type AuditRecord = {
  kind: AuditKind;
  /** The agent who did it; null where nobody knows who it was. */
  actorId: string | null;
  /** "agent:<id>", "contact:<id>", "invitation:<id>", or an address of the API. */
  subject?: string | null;
  network?: string | null;
  data?: Record<string, string>;
};

/** Puts it on record, in the transaction that does it. */
export async function recordAudit(tx: Tx, world: World, deskId: DeskId, record: AuditRecord): Promise<void> {
  const { kind, actorId, subject = null, network = null, data = {} } = record;
  await tx
    .insertInto("audit_entry")
    .values({
      ...{ desk_id: deskId, entry_id: newId(world), at: world.clock.now(), kind, actor_id: actorId },
      ...{ subject, network, data: JSON.stringify(data) },
    })
    .execute();
}

const SAME_VIEW_MS = 3_600_000;

/** The same for what is looked at: within an hour, looking again at the same is no news. */
export async function recordView(tx: Tx, world: World, deskId: DeskId, record: AuditRecord): Promise<void> {
  const known = await tx
    .selectFrom("audit_entry")
    .select("entry_id")
    .where("desk_id", "=", deskId)
    .where("actor_id", "=", record.actorId)
    .where("subject", "=", record.subject ?? "")
    .where("kind", "=", record.kind)
    .where("at", ">", instant(world.clock.now() - SAME_VIEW_MS))
    .limit(1)
    .executeTakeFirst();
  if (known === undefined) await recordAudit(tx, world, deskId, record);
}

export type AuditFilter = {
  kind?: AuditKind | undefined;
  actorId?: string | undefined;
  from?: Instant | undefined;
  /** Not included. */
  until?: Instant | undefined;
  /** The id of the last entry of the page before. */
  before?: string | undefined;
  limit: number;
};

export type AuditEntry = {
  id: string;
  at: Instant;
  kind: string;
  actorId: string | null;
  actorName: string | null;
  subject: string | null;
  /** What the subject is called today; null where it is none that has a name, or is gone. */
  subjectName: string | null;
  network: string | null;
  data: Record<string, string>;
};

/** The newest first. */
export async function listAudit(tx: Tx, deskId: DeskId, filter: AuditFilter): Promise<AuditEntry[]> {
  const { kind, actorId, from, until, before, limit } = filter;
  return await tx
    .selectFrom("audit_entry as entry")
    .leftJoin("agent as actor", (join) =>
      join.onRef("actor.desk_id", "=", "entry.desk_id").onRef("actor.agent_id", "=", "entry.actor_id"),
    )
    .select(["entry.entry_id as id", "entry.at", "entry.kind", "entry.actor_id as actorId"])
    .select([
      "actor.name as actorName",
      "entry.subject",
      "entry.network",
      "entry.data",
      nameOfSubject().as("subjectName"),
    ])
    .where("entry.desk_id", "=", deskId)
    .$if(kind !== undefined, (query) => query.where("entry.kind", "=", kind!))
    .$if(actorId !== undefined, (query) => query.where("entry.actor_id", "=", actorId!))
    .$if(from !== undefined, (query) => query.where("entry.at", ">=", from!))
    .$if(until !== undefined, (query) => query.where("entry.at", "<", until!))
    .$if(before !== undefined, (query) => query.where("entry.entry_id", "<", before!))
    .orderBy("entry.entry_id", "desc")
    .limit(limit)
    .execute();
}

function nameOfSubject(): RawBuilder<string | null> {
  const id = sql`split_part(entry.subject, ':', 2)::uuid`;
  return sql<string | null>`case split_part(entry.subject, ':', 1)
    when 'agent' then (select name from agent a where a.desk_id = entry.desk_id and a.agent_id = ${id})
    when 'contact' then (select name from contact c where c.desk_id = entry.desk_id and c.contact_id = ${id})
    when 'invitation' then
      (select email from invitation i where i.desk_id = entry.desk_id and i.invitation_id = ${id})
    end`;
}
