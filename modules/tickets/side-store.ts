import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { type ColumnType, sql } from "kysely";
import type { AttachmentRow, Recipients } from "./ticket-tables.ts";

/** What is discussed with others than the customer. */
export type SideThreadRow = {
  desk_id: DeskId;
  side_thread_id: string;
  ticket_id: string;
  subject: string;
  reply_token: string;
  mailbox: string;
  opened_by: string;
  opened_at: Instant;
  heard_at: Instant | null;
  seen_at: Instant | null;
};

export type SideMessageRow = {
  desk_id: DeskId;
  side_message_id: string;
  side_thread_id: string;
  kind: "agent" | "partner";
  at: Instant;
  from_name: string;
  from_address: string;
  agent_id: string | null;
  recipients: Recipients | null;
  text: string;
  reply: string;
  html_sha256: Buffer | null;
  inbound_mail_id: string | null;
};

export type SideAttachmentRow = Omit<AttachmentRow, "message_id"> & { side_message_id: string };

declare module "@permanence/database" {
  interface Tables {
    side_thread: SideThreadRow;
    side_message: Omit<SideMessageRow, "recipients"> & {
      recipients: ColumnType<Recipients | null, string | null, string | null>;
    };
    side_attachment: SideAttachmentRow;
  }
}

export async function insertSideThread(tx: Tx, row: SideThreadRow): Promise<void> {
  await tx.insertInto("side_thread").values(row).execute();
}

/** A thread, if it is this ticket's; null otherwise. */
export async function findSideThread(
  tx: Tx,
  deskId: DeskId,
  ticketId: string,
  sideThreadId: string,
): Promise<SideThreadRow | null> {
  const row = await tx
    .selectFrom("side_thread")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("side_thread_id", "=", sideThreadId)
    .executeTakeFirst();
  return row ?? null;
}

/** Those of a ticket, the oldest first. */
export async function listSideThreads(tx: Tx, deskId: DeskId, ticketId: string): Promise<SideThreadRow[]> {
  return tx
    .selectFrom("side_thread")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .orderBy("opened_at")
    .orderBy("side_thread_id")
    .execute();
}

/** What was said in these threads, the oldest first. */
export async function listSideMessages(tx: Tx, deskId: DeskId, sideThreadIds: string[]): Promise<SideMessageRow[]> {
  if (sideThreadIds.length === 0) return [];
  return tx
    .selectFrom("side_message")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("side_thread_id", "in", sideThreadIds)
    .orderBy("at")
    .orderBy("side_message_id")
    .execute();
}

export async function findSideMessage(tx: Tx, deskId: DeskId, messageId: string): Promise<SideMessageRow | null> {
  const row = await tx
    .selectFrom("side_message")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("side_message_id", "=", messageId)
    .executeTakeFirst();
  return row ?? null;
}

export async function listSideAttachments(tx: Tx, deskId: DeskId, messageIds: string[]): Promise<SideAttachmentRow[]> {
  if (messageIds.length === 0) return [];
  return tx
    .selectFrom("side_attachment")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("side_message_id", "in", messageIds)
    .orderBy("side_message_id")
    .orderBy("position")
    .execute();
}

export async function insertSideMessage(
  tx: Tx,
  { recipients, ...row }: SideMessageRow,
  attachments: SideAttachmentRow[],
): Promise<void> {
  await tx
    .insertInto("side_message")
    .values({ ...row, recipients: recipients && JSON.stringify(recipients) })
    .execute();
  if (attachments.length > 0) await tx.insertInto("side_attachment").values(attachments).execute();
}

/** The Message-IDs of a thread's mails, ours and theirs, the oldest first; of very many the newest. */
export async function listSideMessageIds(tx: Tx, deskId: DeskId, sideThreadId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (
      select distinct on (id) id, at from (
        select message_id as id, created_at as at from outgoing_mail
          where desk_id = ${deskId} and side_thread_id = ${sideThreadId}
        union all
        select message_id, received_at from inbound_mail
          where desk_id = ${deskId} and side_thread_id = ${sideThreadId} and message_id is not null
      ) mails order by id, at
    ) ids order by at desc limit 20`.execute(tx);
  return rows.map(({ id }) => id).reverse();
}

/** How the mails of these threads fared, by address the newest. */
export async function listSideDeliveries(tx: Tx, deskId: DeskId, sideThreadIds: string[]) {
  if (sideThreadIds.length === 0) return [];
  return tx
    .selectFrom("outgoing_mail")
    .distinctOn(["side_thread_id", "to_address"])
    .select(["side_thread_id", "to_address", "state", "last_error"])
    .where("desk_id", "=", deskId)
    .where("side_thread_id", "in", sideThreadIds)
    .orderBy("side_thread_id")
    .orderBy("to_address")
    .orderBy("created_at", "desc")
    .execute();
}

export async function noteSideHeard(tx: Tx, deskId: DeskId, sideThreadId: string, at: Instant): Promise<void> {
  await sql`
    update side_thread set heard_at = greatest(heard_at, ${at}::bigint)
    where desk_id = ${deskId} and side_thread_id = ${sideThreadId}`.execute(tx);
}

export async function noteSideSeen(tx: Tx, deskId: DeskId, sideThreadId: string, at: Instant): Promise<void> {
  await tx
    .updateTable("side_thread")
    .set({ seen_at: at })
    .where("desk_id", "=", deskId)
    .where("side_thread_id", "=", sideThreadId)
    .execute();
}
