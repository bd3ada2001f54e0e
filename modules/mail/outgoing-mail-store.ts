import { createHash } from "node:crypto";
import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import type { OutgoingMailPurpose, OutgoingMailRow, OutgoingMailState } from "./mail-tables.ts";

/** What is known of a mail when it is queued; the rest follows. */
export type NewOutgoingMail = Omit<
  OutgoingMailRow,
  "state" | "mime_sha256" | "attempts" | "last_error" | "sent_at" | "next_attempt_at"
> & { next_attempt_at: Instant };

/**
 * Queues a mail with its bytes, in one statement: each notice waits for it. False, and nothing is queued, where
 * one of the addresses that the mail could be meant for is a mailbox of the desk's own.
 */
export async function insertOutgoingMail(
  tx: Tx,
  mail: NewOutgoingMail,
  bytes: Buffer,
  meantFor: string[],
): Promise<boolean> {
  const sha256 = createHash("sha256").update(bytes).digest();
  const { numAffectedRows } = await sql`
    with own as (
      select from mailbox where desk_id = ${mail.desk_id} and address = any(${meantFor}::text[])
    ), kept as (
      insert into blob (desk_id, sha256, size_bytes, bytes)
      select ${mail.desk_id}::uuid, ${sha256}::bytea, ${bytes.length}::bigint, ${bytes}::bytea where not exists (select from own)
      on conflict do nothing
    )
    insert into outgoing_mail
      (desk_id, outgoing_mail_id, ticket_id, contact_id, purpose, state, to_address, subject, message_id, return_token,
       envelope_from, mime_sha256, created_at, attempts, next_attempt_at)
    select ${mail.desk_id}::uuid, ${mail.outgoing_mail_id}::uuid, ${mail.ticket_id}::uuid, ${mail.contact_id}::uuid,
      ${mail.purpose}, 'queued', ${mail.to_address}, ${mail.subject}, ${mail.message_id}, ${mail.return_token},
      ${mail.envelope_from}, ${sha256}::bytea, ${mail.created_at}::bigint, 0, ${mail.next_attempt_at}::bigint
    where not exists (select from own)`.execute(tx);
  return numAffectedRows === 1n;
}

/** Any outgoing mail but a sign-in link, which is its reader's secret. */
export async function findOutgoingMail(
  tx: Tx,
  deskId: DeskId,
  outgoingMailId: string,
): Promise<OutgoingMailRow | null> {
  const row = await shownMails(tx, deskId).where("outgoing_mail_id", "=", outgoingMailId).executeTakeFirst();
  return row ?? null;
}

export type OutgoingMailFilter = {
  ticketId?: string;
  purpose?: OutgoingMailPurpose;
  state?: OutgoingMailState;
};
export type PageOf = { before: { at: Instant; id: string } | null; limit: number };

/** Newest first; never a sign-in link. */
export async function listOutgoingMails(
  tx: Tx,
  deskId: DeskId,
  filter: OutgoingMailFilter,
  page: PageOf,
): Promise<OutgoingMailRow[]> {
  let query = shownMails(tx, deskId);
  if (filter.ticketId !== undefined) query = query.where("ticket_id", "=", filter.ticketId);
  if (filter.purpose !== undefined) query = query.where("purpose", "=", filter.purpose);
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  const { before, limit } = page;
  if (before) query = query.where(sql<boolean>`(created_at, outgoing_mail_id) < (${before.at}, ${before.id}::uuid)`);
  return query.orderBy("created_at", "desc").orderBy("outgoing_mail_id", "desc").limit(limit).execute();
}

function shownMails(tx: Tx, deskId: DeskId) {
  return tx.selectFrom("outgoing_mail").selectAll().where("desk_id", "=", deskId).where("purpose", "<>", "sign-in");
}

/** The numbers that people know the tickets of these mails by. */
export async function ticketNumbersOf(
  tx: Tx,
  deskId: DeskId,
  mails: Pick<OutgoingMailRow, "ticket_id">[],
): Promise<Map<string | null, number>> {
  const ticketIds = mails.flatMap((mail) => mail.ticket_id ?? []);
  const { rows } = await sql<{ ticket_id: string; number: number }>`
    select ticket_id, number from ticket
    where desk_id = ${deskId} and ticket_id = any(${ticketIds}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.ticket_id, row.number]));
}

/** The mail that a returned token names: of a report sent to our return path, or that quotes our envelope id. */
export async function findMailByReturnToken(
  tx: Tx,
  deskId: DeskId,
  returnToken: string,
): Promise<OutgoingMailRow | null> {
  const row = await tx
    .selectFrom("outgoing_mail")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("return_token", "=", returnToken)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * The mail and its bytes, locked until the transaction ends; null where another run holds it. The lock goes with its
 * holder, so a mail whose sender was killed is free at once.
 */
export async function lockFreeMail(tx: Tx, deskId: DeskId, outgoingMailId: string): Promise<LockedMail | null> {
  return (await mailById(tx, deskId, outgoingMailId).forNoKeyUpdate("m").skipLocked().executeTakeFirst()) ?? null;
}

/** The same, and waits for whoever holds it. */
export async function lockMail(tx: Tx, deskId: DeskId, outgoingMailId: string): Promise<LockedMail | null> {
  return (await mailById(tx, deskId, outgoingMailId).forNoKeyUpdate("m").executeTakeFirst()) ?? null;
}

export type LockedMail = OutgoingMailRow & { bytes: Buffer };

/** By nothing but its key: with a condition on its state, a planner without statistics goes through all that is queued. */
function mailById(tx: Tx, deskId: DeskId, outgoingMailId: string) {
  return tx
    .selectFrom("outgoing_mail as m")
    .innerJoin("blob as b", (join) => join.onRef("b.desk_id", "=", "m.desk_id").onRef("b.sha256", "=", "m.mime_sha256"))
    .selectAll("m")
    .select("b.bytes")
    .where("m.desk_id", "=", deskId)
    .where("m.outgoing_mail_id", "=", outgoingMailId);
}

/** What an attempt, or a wish for one, made of it. */
export type Progress = Partial<
  Pick<OutgoingMailRow, "state" | "attempts" | "next_attempt_at" | "last_error" | "sent_at">
>;

/** Whoever calls it holds the mail's lock. */
export async function saveProgress(tx: Tx, deskId: DeskId, outgoingMailId: string, progress: Progress): Promise<void> {
  await tx
    .updateTable("outgoing_mail")
    .set(progress)
    .where("desk_id", "=", deskId)
    .where("outgoing_mail_id", "=", outgoingMailId)
    .execute();
}

/** Queued mails whose turn was before `dueBefore`, longest overdue first. */
export async function listOverdueMails(tx: Tx, deskId: DeskId, dueBefore: Instant, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom("outgoing_mail")
    .select("outgoing_mail_id")
    .where("desk_id", "=", deskId)
    .where("state", "=", "queued")
    .where("next_attempt_at", "<", dueBefore)
    .orderBy("next_attempt_at")
    .limit(limit)
    .execute();
  return rows.map((row) => row.outgoing_mail_id);
}
