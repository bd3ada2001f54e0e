import { createHash } from "node:crypto";
import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import type { InboundMailKind, InboundMailRow } from "./mail-tables.ts";
import type { PageOf } from "./outgoing-mail-store.ts";

/** A mail as it came in, for one mailbox. */
export type NewInboundMail = {
  inboundMailId: string;
  mailboxId: string;
  receivedAt: Instant;
  envelopeFrom: string;
  envelopeTo: string[];
  remoteIp: string;
  bytes: Buffer;
};

/** Keeps mails and their bytes. Equal bytes are kept once. */
export async function insertInboundMails(tx: Tx, deskId: DeskId, mails: NewInboundMail[]): Promise<void> {
  const hashed = mails.map((mail) => ({ ...mail, sha256: createHash("sha256").update(mail.bytes).digest() }));
  const blobs = hashed.map(({ sha256, bytes }) => ({ desk_id: deskId, sha256, size_bytes: bytes.length, bytes }));
  // In one order, whoever writes: two that kept the same bytes crosswise would wait for each other.
  blobs.sort((a, b) => Buffer.compare(a.sha256, b.sha256));
  await tx
    .insertInto("blob")
    .values(blobs)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .insertInto("inbound_mail")
    .values(hashed.map((mail) => newRow(deskId, mail)))
    .execute();
}

function newRow(deskId: DeskId, mail: NewInboundMail & { sha256: Buffer }) {
  return {
    desk_id: deskId,
    inbound_mail_id: mail.inboundMailId,
    mailbox_id: mail.mailboxId,
    received_at: mail.receivedAt,
    envelope_from: mail.envelopeFrom,
    envelope_to: mail.envelopeTo,
    remote_ip: mail.remoteIp,
    size_bytes: mail.bytes.length,
    sha256: mail.sha256,
  };
}

export async function findInboundMail(tx: Tx, deskId: DeskId, inboundMailId: string): Promise<InboundMailRow | null> {
  const row = await inboundMails(tx, deskId).where("inbound_mail_id", "=", inboundMailId).executeTakeFirst();
  return row ?? null;
}

/** The same, locked until the transaction ends: of two that read one mail, the second finds it read. */
export async function lockInboundMail(tx: Tx, deskId: DeskId, inboundMailId: string): Promise<InboundMailRow | null> {
  const row = await inboundMails(tx, deskId)
    .where("inbound_mail_id", "=", inboundMailId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export type InboundMailFilter = {
  kind?: InboundMailKind;
  ticketId?: string;
  messageId?: string;
};

/** Newest first. */
export async function listInboundMails(
  tx: Tx,
  deskId: DeskId,
  filter: InboundMailFilter,
  page: PageOf,
): Promise<InboundMailRow[]> {
  let query = inboundMails(tx, deskId);
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.ticketId !== undefined) query = query.where("ticket_id", "=", filter.ticketId);
  if (filter.messageId !== undefined) query = query.where("message_id", "=", filter.messageId);
  const { before, limit } = page;
  if (before) query = query.where(sql<boolean>`(received_at, inbound_mail_id) < (${before.at}, ${before.id}::uuid)`);
  return query.orderBy("received_at", "desc").orderBy("inbound_mail_id", "desc").limit(limit).execute();
}

/** Mails of one Message-ID, in the order in which they came: for telling what came twice. */
export async function listInboundMailsOfMessageId(
  tx: Tx,
  deskId: DeskId,
  messageId: string,
): Promise<InboundMailRow[]> {
  return inboundMails(tx, deskId)
    .where("message_id", "=", messageId)
    .orderBy("received_at")
    .orderBy("inbound_mail_id")
    .execute();
}

function inboundMails(tx: Tx, deskId: DeskId) {
  return tx.selectFrom("inbound_mail").selectAll().where("desk_id", "=", deskId);
}

/** What reading it brought to light. */
export type InboundMailFindings = Pick<InboundMailRow, "kind" | "reason"> &
  Partial<
    Pick<
      InboundMailRow,
      "message_id" | "from_address" | "from_name" | "subject" | "content_sha256" | "ticket_id" | "duplicate_of"
    >
  > & {
    warnings?: string[];
  };

/** Writes down what a mail is. Also once more, when an agent makes a quarantined one a ticket. */
export async function markRead(
  tx: Tx,
  deskId: DeskId,
  inboundMailId: string,
  readAt: Instant,
  findings: InboundMailFindings,
): Promise<void> {
  await tx
    .updateTable("inbound_mail")
    .set({ read_at: readAt, ...findings })
    .where("desk_id", "=", deskId)
    .where("inbound_mail_id", "=", inboundMailId)
    .executeTakeFirstOrThrow();
}

/** Mails that came before `before` and that no job has read, the oldest first: their job may be lost. */
export async function listUnreadMails(tx: Tx, deskId: DeskId, before: Instant, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom("inbound_mail")
    .select("inbound_mail_id")
    .where("desk_id", "=", deskId)
    .where("read_at", "is", null)
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();
  return rows.map((row) => row.inbound_mail_id);
}
