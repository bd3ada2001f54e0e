import { type DeskId, eraseBlobs, type Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { sql } from "kysely";
import { eraseBeside, eraseDrafts } from "./erasure-beside.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";

/** Events that hold names, addresses or words, and move no clock: their contents go. */
const PERSONAL = [
  "notice-queued",
  "notice-again",
  "told-taken",
  "told-closed",
  "auto-reply",
  "report",
  "subject",
  "rated",
];

/**
 * Erases what a ticket holds of people, as the law may demand: words, names, addresses, attachments, mails as they came
 * and went. What moves its clocks stays, and so does the chain, whose digests cover contents through their salted digest
 * only. That it was done, by whom and why, is an event of its own.
 * @returns false where the desk has no such ticket
 */
export async function eraseTicket(
  tx: Tx,
  world: World,
  deskId: DeskId,
  ticketId: string,
  { actor, reason }: { actor: string; reason: string },
): Promise<boolean> {
  const change = await openTicketChange(tx, world, deskId, ticketId);
  if (change === null) return false;
  change.record("erased", actor, { reason });
  change.set({ subject: "", triage: null }); // The reasons quote what was written.
  const gone = await tellEvidenceAgain(tx, change);
  change.save(tx);
  await eraseEvents(tx, deskId, ticketId, gone);
  await eraseContents(tx, world, deskId, ticketId);
  return true;
}

/** Evidence moves clocks, and quotes answers that hold addresses: it is told again without them. Told twice, it moves
 *  nothing twice. Returns the places of the first tellings. */
async function tellEvidenceAgain(tx: Tx, change: TicketChange): Promise<number[]> {
  const { desk_id, ticket_id } = change.ticket;
  const evidence = await tx
    .selectFrom("ticket_event")
    .select(["sequence", "data"])
    .where("desk_id", "=", desk_id)
    .where("ticket_id", "=", ticket_id)
    .where("type", "=", "evidence")
    .orderBy("sequence")
    .execute();
  const worded = evidence.filter(({ data }) => data !== null && data["detail"] !== "");
  for (const { data } of worded) change.record("evidence", "desk", { ...data, detail: "" });
  return worded.map(({ sequence }) => sequence);
}

async function eraseEvents(tx: Tx, deskId: DeskId, ticketId: string, sequences: number[]): Promise<void> {
  await sql`
    update ticket_event set data = null, salt = null
    where desk_id = ${deskId} and ticket_id = ${ticketId}
      and (type = any(${PERSONAL}) or sequence = any(${sequences}))`.execute(tx);
}

async function eraseContents(tx: Tx, { clock }: World, deskId: DeskId, ticketId: string): Promise<void> {
  const { rows } = await sql<{ sha256: Buffer }>`
    select sha256 from inbound_mail where desk_id = ${deskId} and ticket_id = ${ticketId}
    union select mime_sha256 from outgoing_mail where desk_id = ${deskId} and ticket_id = ${ticketId}
    union select html_sha256 from message where desk_id = ${deskId} and ticket_id = ${ticketId} and html_sha256 is not null
    union select a.sha256 from attachment a join message m using (desk_id, message_id)
      where m.desk_id = ${deskId} and m.ticket_id = ${ticketId}`.execute(tx);
  const beside = await eraseBeside(tx, deskId, ticketId);
  const unsent = await eraseDrafts(tx, deskId, ticketId);
  await sql`
    delete from attachment a using message m
    where a.desk_id = ${deskId} and m.desk_id = a.desk_id and m.message_id = a.message_id and m.ticket_id = ${ticketId}`.execute(
    tx,
  );
  await sql`
    update message set text = '', reply = '', html_sha256 = null, from_name = '', from_address = '', invitation = null,
      recipients = null
    where desk_id = ${deskId} and ticket_id = ${ticketId}`.execute(tx);
  await sql`
    update inbound_mail set envelope_from = '', from_address = null, from_name = null, subject = null
    where desk_id = ${deskId} and ticket_id = ${ticketId}`.execute(tx);
  await sql`
    update outgoing_mail set subject = '', last_error = null
    where desk_id = ${deskId} and ticket_id = ${ticketId} and state <> 'queued'`.execute(tx);
  await sql`update rating set words = '' where desk_id = ${deskId} and ticket_id = ${ticketId}`.execute(tx);
  await sql`update evidence set detail = '' where desk_id = ${deskId} and ticket_id = ${ticketId}`.execute(tx);
  const free: Buffer[] = [];
  for (const { sha256 } of [...rows, ...beside, ...unsent])
    if (!(await isUsedElsewhere(tx, deskId, ticketId, sha256))) free.push(sha256);
  await eraseBlobs(tx, deskId, free, clock.now());
}

/** The same bytes may belong to another ticket (to any, where `ticketId` is null) too: a newsletter's logo, a mail that came for two. A mail that waits to be
 *  sent needs its own. */
export async function isUsedElsewhere(
  tx: Tx,
  deskId: DeskId,
  ticketId: string | null,
  sha256: Buffer,
): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`
    select exists (select from inbound_mail m where desk_id = ${deskId} and sha256 = ${sha256}
        and ticket_id is distinct from ${ticketId}::uuid and not exists (select from side_thread s
          where s.desk_id = m.desk_id and s.side_thread_id = m.side_thread_id and s.ticket_id = ${ticketId}))
      or exists (select from outgoing_mail m where desk_id = ${deskId} and mime_sha256 = ${sha256}
        and (state = 'queued' or (ticket_id is distinct from ${ticketId}::uuid and not exists (select from side_thread s
          where s.desk_id = m.desk_id and s.side_thread_id = m.side_thread_id and s.ticket_id = ${ticketId}))))
      or exists (select from message where desk_id = ${deskId} and html_sha256 = ${sha256})
      or exists (select from side_message where desk_id = ${deskId} and html_sha256 = ${sha256})
      or exists (select from side_attachment where desk_id = ${deskId} and sha256 = ${sha256})
      or exists (select from upload where desk_id = ${deskId} and sha256 = ${sha256})
      or exists (select from attachment where desk_id = ${deskId} and sha256 = ${sha256}) as used`.execute(tx);
  return rows[0]!.used;
}
