import { type DeskId, gather, insertInto, putBlob, type Tx, updateOf } from "@permanence/database";
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
  helo: string;
  bytes: Buffer;
  /** From before the desk took the mailbox over; false where it is missing. */
  isHistory?: boolean;
};

/** Keeps a mail and its bytes. Equal bytes are kept once. */
export function insertInboundMail(tx: Tx, deskId: DeskId, mail: NewInboundMail): void {
  gather(tx, inboundMailInsert, {
    desk_id: deskId,
    inbound_mail_id: mail.inboundMailId,
    mailbox_id: mail.mailboxId,
    received_at: mail.receivedAt,
    envelope_from: mail.envelopeFrom,
    envelope_to: mail.envelopeTo,
    remote_ip: mail.remoteIp,
    helo: mail.helo,
    size_bytes: mail.bytes.length,
    sha256: putBlob(tx, deskId, mail.bytes),
    is_history: mail.isHistory ?? false,
  });
}

type InsertedColumns =
  | "desk_id"
  | "inbound_mail_id"
  | "mailbox_id"
  | "received_at"
  | "envelope_from"
  | "envelope_to"
  | "remote_ip"
  | "helo"
  | "size_bytes"
  | "sha256"
  | "is_history";
const inboundMailInsert = insertInto<Pick<InboundMailRow, InsertedColumns>>("inbound_mail");

export async function findInboundMail(tx: Tx, deskId: DeskId, inboundMailId: string): Promise<InboundMailRow | null> {
  const row = await inboundMails(tx, deskId).where("inbound_mail_id", "=", inboundMailId).executeTakeFirst();
  return row ?? null;
}

/** The same for several, in no order, locked until the transaction ends: of two that read one mail, the second finds it read. */
export async function lockInboundMails(tx: Tx, deskId: DeskId, inboundMailIds: string[]): Promise<InboundMailRow[]> {
  return inboundMails(tx, deskId)
    .where(sql<boolean>`inbound_mail_id = any(${inboundMailIds}::uuid[])`)
    .orderBy("inbound_mail_id") // Whoever locks several does so in one order.
    .forUpdate()
    .execute();
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

function inboundMails(tx: Tx, deskId: DeskId) {
  return tx.selectFrom("inbound_mail").selectAll().where("desk_id", "=", deskId);
}

/** What reading it brought to light. */
export type InboundMailFindings = Pick<
  InboundMailRow,
  | "kind"
  | "reason"
  | "message_id"
  | "from_address"
  | "from_name"
  | "subject"
  | "content_sha256"
  | "ticket_id"
  | "side_thread_id"
  | "duplicate_of"
  | "warnings"
  | "authentication"
>;

/** Writes down what a mail is: also once more, when an agent makes a quarantined one a ticket. What is not said stays. */
export function markRead(
  tx: Tx,
  mail: InboundMailRow,
  readAt: Instant,
  findings: Pick<InboundMailFindings, "kind" | "reason"> & Partial<InboundMailFindings>,
): void {
  const { message_id, from_address, from_name, subject, content_sha256, ticket_id, duplicate_of, warnings } = mail;
  const { authentication, side_thread_id } = mail;
  const known = {
    ...{ message_id, from_address, from_name, subject, content_sha256, ticket_id, duplicate_of, warnings },
    ...{ authentication, side_thread_id },
  };
  const { desk_id, inbound_mail_id } = mail;
  gather(tx, inboundMailUpdate, { desk_id, inbound_mail_id, read_at: readAt, ...known, ...findings });
}

const inboundMailUpdate = updateOf<
  InboundMailFindings & Pick<InboundMailRow, "desk_id" | "inbound_mail_id" | "read_at">
>("inbound_mail", { key: ["desk_id", "inbound_mail_id"] });

/** Mails that came before `before` and that no job has read, the oldest first: their job may be lost. History has one
 *  job for all: see `listUnreadHistory`. */
export async function listUnreadMails(tx: Tx, deskId: DeskId, before: Instant, limit: number) {
  return tx
    .selectFrom("inbound_mail")
    .select(["inbound_mail_id as inboundMailId", "size_bytes as sizeBytes"])
    .where("desk_id", "=", deskId)
    .where("read_at", "is", null)
    .where("is_history", "=", false)
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();
}

/** Imported mails that nobody has read, the oldest first: an answer comes after what it answers. */
export async function listUnreadHistory(tx: Tx, deskId: DeskId, limit: number) {
  return tx
    .selectFrom("inbound_mail")
    .select(["inbound_mail_id as inboundMailId", "size_bytes as sizeBytes"])
    .where("desk_id", "=", deskId)
    .where("read_at", "is", null)
    .where("is_history", "=", true)
    .orderBy("received_at")
    .orderBy("inbound_mail_id")
    .limit(limit)
    .execute();
}
