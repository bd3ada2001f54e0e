import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";

/** Erases what was discussed with others about a ticket. @returns the blobs that it had */
export async function eraseBeside(tx: Tx, deskId: DeskId, ticketId: string): Promise<{ sha256: Buffer }[]> {
  const threads = sql`(select side_thread_id from side_thread where desk_id = ${deskId} and ticket_id = ${ticketId})`;
  const messages = sql`(select side_message_id from side_message where desk_id = ${deskId} and side_thread_id in ${threads})`;
  const { rows } = await sql<{ sha256: Buffer }>`
    select sha256 from inbound_mail where desk_id = ${deskId} and side_thread_id in ${threads}
    union select mime_sha256 from outgoing_mail
      where desk_id = ${deskId} and side_thread_id in ${threads} and state <> 'queued'
    union select html_sha256 from side_message
      where desk_id = ${deskId} and side_thread_id in ${threads} and html_sha256 is not null
    union select sha256 from side_attachment where desk_id = ${deskId} and side_message_id in ${messages}`.execute(tx);
  await sql`delete from side_attachment where desk_id = ${deskId} and side_message_id in ${messages}`.execute(tx);
  await sql`
    update side_message set text = '', reply = '', html_sha256 = null, from_name = '', from_address = '', recipients = null
    where desk_id = ${deskId} and side_thread_id in ${threads}`.execute(tx);
  await sql`
    update inbound_mail set envelope_from = '', from_address = null, from_name = null, subject = null
    where desk_id = ${deskId} and side_thread_id in ${threads}`.execute(tx);
  await sql`
    update outgoing_mail set subject = '', last_error = null
    where desk_id = ${deskId} and side_thread_id in ${threads} and state <> 'queued'`.execute(tx);
  await sql`
    update side_thread set subject = '' where desk_id = ${deskId} and ticket_id = ${ticketId}`.execute(tx);
  return rows;
}

/** Erases what agents were writing on a ticket. @returns the blobs that it had */
export async function eraseDrafts(tx: Tx, deskId: DeskId, ticketId: string): Promise<{ sha256: Buffer }[]> {
  const { rows } = await sql<{ sha256: Buffer }>`
    delete from upload where desk_id = ${deskId}
      and draft_id in (select draft_id from draft where desk_id = ${deskId} and ticket_id = ${ticketId})
    returning sha256`.execute(tx);
  await tx.deleteFrom("draft").where("desk_id", "=", deskId).where("ticket_id", "=", ticketId).execute();
  return rows;
}
