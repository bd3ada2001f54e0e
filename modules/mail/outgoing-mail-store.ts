import { type DeskId, gather, insertInto, putBlob, TRY_CLAIM, type Tx, updateOf } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import type { OutgoingMailPurpose, OutgoingMailRow, OutgoingMailState } from "./mail-tables.ts";

/** What is known of a mail when it is queued; the rest follows. */
export type NewOutgoingMail = Omit<
  OutgoingMailRow,
  "state" | "mime_sha256" | "attempts" | "last_error" | "sent_at" | "tries"
>;

/** Queues a mail with its bytes, whose SHA-256 it returns. */
export function insertOutgoingMail(tx: Tx, mail: NewOutgoingMail, bytes: Buffer): Buffer {
  const mime_sha256 = putBlob(tx, mail.desk_id, bytes);
  const untried = {
    state: "queued",
    attempts: 0,
    last_error: null,
    sent_at: null,
    tries: [] as OutgoingMailRow["tries"],
  } as const;
  gather(tx, outgoingMailInsert, { ...mail, ...untried, mime_sha256 });
  return mime_sha256;
}

const outgoingMailInsert = insertInto<OutgoingMailRow>("outgoing_mail");

/** Any outgoing mail to a customer: a sign-in link is its reader's secret, and an alert stands on its page. */
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
  return tx
    .selectFrom("outgoing_mail")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("purpose", "not in", ["sign-in", "alert", "probe", "page", "suggestion"]);
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

/** The mail that has this Message-ID, without brackets: its token makes it as hard to guess as a return address. */
export async function findMailByMessageId(tx: Tx, deskId: DeskId, messageId: string): Promise<OutgoingMailRow | null> {
  const row = await tx
    .selectFrom("outgoing_mail")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("message_id", "=", messageId)
    .orderBy(sql`contact_id is null`) // Of a letter's copies the one to the contact.
    .orderBy("outgoing_mail_id")
    .executeTakeFirst();
  return row ?? null;
}

export type MailWithBytes = OutgoingMailRow & { bytes: Buffer };

/** Mails with the bytes that are sent, in no order. */
export async function readMailsWithBytes(tx: Tx, deskId: DeskId, outgoingMailIds: string[]): Promise<MailWithBytes[]> {
  return tx
    .selectFrom("outgoing_mail as m")
    .innerJoin("blob as b", (join) => join.onRef("b.desk_id", "=", "m.desk_id").onRef("b.sha256", "=", "m.mime_sha256"))
    .selectAll("m")
    .select("b.bytes")
    .where("m.desk_id", "=", deskId)
    .where(sql<boolean>`m.outgoing_mail_id = any(${outgoingMailIds}::uuid[])`)
    .execute();
}

/** Whether nobody is sending this mail: whoever asks then has it for itself until the transaction ends. */
export async function claimMail(tx: Tx, outgoingMailId: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select ${sql.raw(TRY_CLAIM)} as taken from unnest(${[outgoingMailId]}::text[]) as t (name)`.execute(tx);
  return rows[0]!.taken;
}

/** These mails, locked until the transaction ends, in no order. */
export async function lockMails(tx: Tx, deskId: DeskId, outgoingMailIds: string[]): Promise<OutgoingMailRow[]> {
  return tx
    .selectFrom("outgoing_mail")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where(sql<boolean>`outgoing_mail_id = any(${outgoingMailIds}::uuid[])`)
    .orderBy("outgoing_mail_id") // Whoever locks several does so in one order.
    .forNoKeyUpdate()
    .execute();
}

/** What an attempt, or a wish for one, made of it. */
export type Progress = Pick<
  OutgoingMailRow,
  "state" | "attempts" | "next_attempt_at" | "last_error" | "sent_at" | "tries"
>;

/** Whoever calls it holds the mail's lock. */
export function saveProgress(tx: Tx, mail: OutgoingMailRow, progress: Partial<Progress>): void {
  const { desk_id, outgoing_mail_id, state, attempts, next_attempt_at, last_error, sent_at, tries } = mail;
  const before = { state, attempts, next_attempt_at, last_error, sent_at, tries };
  gather(tx, outgoingMailUpdate, { desk_id, outgoing_mail_id, ...before, ...progress });
}

/** A mail that is no ticket's came back: what a ticket's evidence tells stands on the mail itself. */
export function markReturned(tx: Tx, mail: OutgoingMailRow, why: string): void {
  saveProgress(tx, mail, { state: "failed", next_attempt_at: null, last_error: why });
}

const outgoingMailUpdate = updateOf<Progress & Pick<OutgoingMailRow, "desk_id" | "outgoing_mail_id">>("outgoing_mail", {
  key: ["desk_id", "outgoing_mail_id"],
});

/** What goes before which where many wait; see the index of this order. */
const urgencyRank = sql<number>`(case urgency when 'urgent' then 0 when 'high' then 1 when 'usual' then 2 else 3 end)`;

type Waiting = Pick<OutgoingMailRow, "desk_id" | "outgoing_mail_id" | "urgency"> & {
  next_attempt_at: Instant;
  rank: number;
};

/** Queued mails whose turn has come, the most urgent first, of those the longest due. @param after where the last page ended */
export async function listDueMails(
  tx: Tx,
  deskId: DeskId,
  { now, after, limit }: { now: Instant; after: Waiting | null; limit: number },
): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select desk_id, outgoing_mail_id, urgency, next_attempt_at, ${urgencyRank} as rank from outgoing_mail
    where desk_id = ${deskId} and state = 'queued' and next_attempt_at <= ${now}
      and (${after === null} or (${urgencyRank}, next_attempt_at, outgoing_mail_id)
        > (${after?.rank ?? 0}, ${after?.next_attempt_at ?? 0}, ${after?.outgoing_mail_id ?? deskId}::uuid))
    order by ${urgencyRank}, next_attempt_at, outgoing_mail_id
    limit ${limit}`.execute(tx);
  return rows;
}

/** Queued mails of this purpose that were made before `madeBefore` and have been due since `dueBefore`. */
export async function listOldMails(
  tx: Tx,
  deskId: DeskId,
  {
    purpose,
    madeBefore,
    dueBefore,
    limit,
  }: { purpose: OutgoingMailPurpose; madeBefore: Instant; dueBefore: Instant; limit: number },
): Promise<string[]> {
  const rows = await tx
    .selectFrom("outgoing_mail")
    .select("outgoing_mail_id")
    .where("desk_id", "=", deskId)
    .where("state", "=", "queued")
    .where("next_attempt_at", "<=", dueBefore)
    .where("purpose", "=", purpose)
    .where("created_at", "<=", madeBefore)
    .limit(limit)
    .execute();
  return rows.map(({ outgoing_mail_id }) => outgoing_mail_id);
}

/** Queued mails whose turn was before `dueBefore`, longest overdue first. */
export async function listOverdueMails(tx: Tx, deskId: DeskId, dueBefore: Instant, limit: number) {
  return tx
    .selectFrom("outgoing_mail")
    .select(["desk_id", "outgoing_mail_id", "urgency", "next_attempt_at"])
    .where("desk_id", "=", deskId)
    .where("state", "=", "queued")
    .where("next_attempt_at", "<", dueBefore)
    .orderBy("next_attempt_at")
    .limit(limit)
    .execute();
}
