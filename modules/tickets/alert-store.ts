import { announce, type DeskId, type Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { sql } from "kysely";

export const ALERT_KINDS = [
  "held",
  "notice-failed",
  "clock-warning",
  "mailbox-failing",
  "relay-away",
  "clock-disagrees",
  "page-failed",
  "canary-failed",
  "duty-gap",
  "incident-offered",
  "erasure-asked",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What the words of an alert need; by kind some of it. */
export type AlertDetail = {
  ticketId?: string;
  number?: number;
  title?: string; // The ticket's subject.
  assigneeId?: string | null;
  from?: string;
  reason?: string;
  target?: string;
  percent?: number;
  mailbox?: string;
  count?: number;
};

export type NewAlert = { kind: AlertKind; subject: string; detail: AlertDetail };

export type AlertRow = {
  desk_id: DeskId;
  alert_id: string;
  kind: AlertKind;
  subject: string;
  detail: AlertDetail;
  raised_at: Instant;
  mailed_at: Instant | null;
  seen_at: Instant | null;
  seen_by: string | null;
};

/** Raises an alert if the transaction commits. While one of the same kind and subject stands open, it changes nothing. */
export async function raiseAlert(tx: Tx, world: World, deskId: DeskId, { kind, subject, detail }: NewAlert) {
  const { numAffectedRows } = await sql`
    insert into alert (desk_id, alert_id, kind, subject, detail, raised_at)
    values (${deskId}, ${newId(world)}, ${kind}, ${subject}, ${JSON.stringify(detail)}, ${world.clock.now()})
    on conflict (desk_id, kind, subject) where seen_at is null do nothing`.execute(tx);
  if (numAffectedRows === 1n) announce(tx, deskId, { type: "alert" });
}

/** What mended itself is open no longer: alerts of a kind whose subject is none of these. */
export async function closeAlerts(tx: Tx, deskId: DeskId, kind: AlertKind, except: string[], at: Instant) {
  const { numAffectedRows } = await sql`
    update alert set seen_at = ${at}
    where desk_id = ${deskId} and kind = ${kind} and seen_at is null and subject <> all(${except}::text[])`.execute(tx);
  if (numAffectedRows! > 0n) announce(tx, deskId, { type: "alert" });
}

/** One of them mended itself. */
export async function closeAlertOf(
  tx: Tx,
  deskId: DeskId,
  { kind, subject }: Pick<AlertRow, "kind" | "subject">,
  at: Instant,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update alert set seen_at = ${at}
    where desk_id = ${deskId} and kind = ${kind} and seen_at is null and subject = ${subject}`.execute(tx);
  if (numAffectedRows! > 0n) announce(tx, deskId, { type: "alert" });
}

/** The open ones first, of each the newest first. */
export async function listAlerts(tx: Tx, deskId: DeskId, limit: number): Promise<AlertRow[]> {
  return tx
    .selectFrom("alert")
    .selectAll()
    .where("desk_id", "=", deskId)
    .orderBy(sql`seen_at is not null`)
    .orderBy("raised_at", "desc")
    .orderBy("alert_id")
    .limit(limit)
    .execute();
}

export async function countOpenAlerts(tx: Tx, deskId: DeskId): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from alert where desk_id = ${deskId} and seen_at is null`.execute(tx);
  return rows[0]!.count;
}

/** False where the desk has no such alert. Seeing it twice changes nothing. */
export async function markAlertSeen(tx: Tx, deskId: DeskId, alertId: string, by: { agentId: string; at: Instant }) {
  const found = await tx
    .updateTable("alert")
    .set((eb) => ({
      seen_at: eb.fn.coalesce("seen_at", eb.val(by.at)),
      seen_by: eb.fn.coalesce("seen_by", eb.val(by.agentId)),
    }))
    .where("desk_id", "=", deskId)
    .where("alert_id", "=", alertId)
    .executeTakeFirst();
  announce(tx, deskId, { type: "alert" });
  return found.numUpdatedRows === 1n;
}

declare module "@permanence/database" {
  interface Tables {
    alert: AlertRow;
  }
}
