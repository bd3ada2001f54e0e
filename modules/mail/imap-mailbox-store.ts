import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import type { ImapPosition } from "./imap-position.ts";
import type { TakingChoice } from "./imap-source.ts";
import type { ImapMailboxRow } from "./mail-tables.ts";

/** Where taking stands; null where the mailbox was never opened. Locked until the transaction ends. */
export async function lockPosition(tx: Tx, deskId: DeskId, mailboxId: string): Promise<ImapPosition | null> {
  const row = await tx
    .selectFrom("imap_mailbox")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("mailbox_id", "=", mailboxId)
    .forUpdate()
    .executeTakeFirst();
  return row ? positionOf(row) : null;
}

/** The same, only to be looked at. */
export async function findPosition(tx: Tx, deskId: DeskId, mailboxId: string): Promise<ImapPosition | null> {
  const row = await tx
    .selectFrom("imap_mailbox")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("mailbox_id", "=", mailboxId)
    .executeTakeFirst();
  return row ? positionOf(row) : null;
}

/** A row without a source only holds what went wrong before the mailbox could be opened for the first time. */
function positionOf(row: ImapMailboxRow): ImapPosition | null {
  if (row.source === "") return null;
  return {
    source: row.source,
    uidValidity: row.uid_validity,
    lastUid: row.last_uid,
    takeFrom: row.take_from,
    toPutAway: row.to_put_away,
    leftBehind: row.left_behind,
    historyUid: row.history_uid,
  };
}

/** @param taken `mailAt`: when the newest of what was taken was received; null where nothing was. `imported`: how many
 *  mails came as history. */
export async function savePosition(
  tx: Tx,
  deskId: DeskId,
  mailboxId: string,
  position: ImapPosition,
  { now, mailAt, imported = 0 }: { now: Instant; mailAt: Instant | null; imported?: number },
): Promise<void> {
  const { source, uidValidity, lastUid, takeFrom, toPutAway, leftBehind, historyUid } = position;
  const columns = {
    ...{ source, uid_validity: uidValidity, last_uid: lastUid, take_from: takeFrom, left_behind: leftBehind },
    ...{ history_uid: historyUid },
    ...{ to_put_away: toPutAway, last_contact_at: now, error: null, error_since: null },
  };
  const newest = sql<Instant | null>`greatest(imap_mailbox.last_mail_at, ${mailAt}::bigint)`; // Which leaves out nulls.
  await tx
    .insertInto("imap_mailbox")
    .values({ desk_id: deskId, mailbox_id: mailboxId, last_mail_at: mailAt, ...columns })
    .onConflict((conflict) =>
      conflict.columns(["desk_id", "mailbox_id"]).doUpdateSet({
        ...{ ...columns, last_mail_at: newest },
        history_taken: sql<number>`imap_mailbox.history_taken + ${imported}`,
      }),
    )
    .execute();
}

/** The server answered, and had nothing new. */
export async function noteContact(tx: Tx, deskId: DeskId, mailboxId: string, now: Instant): Promise<void> {
  await tx
    .updateTable("imap_mailbox")
    .set({ last_contact_at: now, error: null, error_since: null })
    .where("desk_id", "=", deskId)
    .where("mailbox_id", "=", mailboxId)
    .execute();
}

/** Keeps since when it fails; the newest sentence counts. */
export async function noteFailure(
  tx: Tx,
  deskId: DeskId,
  mailboxId: string,
  { sentence, now }: { sentence: string; now: Instant },
): Promise<void> {
  await sql`
    insert into imap_mailbox (desk_id, mailbox_id, source, uid_validity, last_uid, take_from, error, error_since)
    values (${deskId}, ${mailboxId}, '', 0, 0, ${now}, ${sentence}, ${now})
    on conflict (desk_id, mailbox_id) do update
    set error = excluded.error, error_since = coalesce(imap_mailbox.error_since, excluded.error_since)`.execute(tx);
}

/** What an admin chose for each mailbox of the desk that was chosen for. */
export async function readChoices(tx: Tx, deskId: DeskId): Promise<Map<string, TakingChoice>> {
  const rows = await tx
    .selectFrom("imap_mailbox")
    .select(["mailbox_id", "chosen_from as chosenFrom"])
    // Once all of it is imported nothing older is looked for any more.
    .select(sql<Instant | null>`case when history_done then null else history_from end`.as("historyFrom"))
    .where("desk_id", "=", deskId)
    .execute();
  return new Map(rows.map(({ mailbox_id, ...choice }) => [mailbox_id, choice]));
}

/** Keeps from when mail is taken, and from when older mail is history; that begins anew where it reaches further back. */
export async function saveChoice(
  tx: Tx,
  deskId: DeskId,
  mailboxId: string,
  { chosenFrom, historyFrom, now }: TakingChoice & { now: Instant },
): Promise<void> {
  await sql`
    insert into imap_mailbox
      (desk_id, mailbox_id, source, uid_validity, last_uid, take_from, chosen_from, history_from)
    values (${deskId}, ${mailboxId}, '', 0, 0, ${now}, ${chosenFrom}, ${historyFrom})
    on conflict (desk_id, mailbox_id) do update
    set chosen_from = excluded.chosen_from, history_from = excluded.history_from, history_uid = 0,
      history_done = false`.execute(tx);
}

/** All that was wanted as history is here. */
export async function finishHistory(tx: Tx, deskId: DeskId, mailboxId: string, from: Instant): Promise<void> {
  await tx
    .updateTable("imap_mailbox")
    .set({ history_done: true })
    .where("desk_id", "=", deskId)
    .where("mailbox_id", "=", mailboxId)
    .where("history_from", "=", from) // Else another choice was made meanwhile.
    .execute();
}

/** Remembers that bytes were taken. Returns those that had not been, in hexadecimal. */
export async function rememberTaken(
  tx: Tx,
  deskId: DeskId,
  mailboxId: string,
  digests: Buffer[],
): Promise<Set<string>> {
  if (digests.length === 0) return new Set();
  const { rows } = await sql<{ sha256: Buffer }>`
    insert into imap_taken (desk_id, mailbox_id, sha256)
    select distinct ${deskId}::uuid, ${mailboxId}::uuid, sha256 from unnest(${digests}::bytea[]) as t (sha256)
    on conflict do nothing
    returning sha256`.execute(tx);
  return new Set(rows.map(({ sha256 }) => sha256.toString("hex")));
}

/** Every mailbox of the desk that receives mail, with what is known of its IMAP server, by address. */
export async function listMailboxHealth(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("mailbox as m")
    .leftJoin("imap_mailbox as i", (join) =>
      join.onRef("i.desk_id", "=", "m.desk_id").onRef("i.mailbox_id", "=", "m.mailbox_id"),
    )
    .select(["m.mailbox_id", "m.address", "m.name"])
    .select(["i.last_contact_at", "i.last_mail_at", "i.error", "i.error_since", "i.left_behind", "i.source"])
    .select(["i.take_from", "i.history_from", "i.history_taken", "i.history_done"])
    .where("m.desk_id", "=", deskId)
    .orderBy("m.address")
    .execute();
}
