import { type DeskId, readBlob, type Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import { sql } from "kysely";
import { provenDays } from "./day-heads.ts";
import { FORMAT, type ProofBody, type ProvenEvent, writeProof } from "./proof-file.ts";
import { requireProofKey } from "./proof-key-store.ts";
import { clocksOf } from "./proven-clocks.ts";

/** What the mails of one proof may have together: the file is made, and signed, in memory. */
const MOST_MAIL_BYTES = 150_000_000;

/** The proof file of a ticket, as its text: all that its clocks are reckoned from, signed. Null where there is no such
 *  ticket, "too-large" where its mails have more than 150 MB. @param language of the sentences in it */
export async function makeProof(
  tx: Tx,
  { deskId, slug, name, settings }: Desk,
  ticketId: string,
  { now, language }: { now: Instant; language: string },
): Promise<{ text: string } | "too-large" | null> {
  const ticket = await tx
    .selectFrom("ticket")
    .select(["number"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .executeTakeFirst();
  if (!ticket) return null;
  const { timeZone } = settings;
  const listed = await listMails(tx, deskId, ticketId);
  if (listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > MOST_MAIL_BYTES) return "too-large";
  const events = await readEvents(tx, deskId, ticketId);
  const body: ProofBody = {
    ...{ format: FORMAT, madeAt: now, timeZone, language },
    desk: { id: deskId, slug, name },
    ticket: { id: ticketId, number: ticket.number },
    events,
    mails: await readMails(tx, deskId, listed),
    clocks: clocksOf(events, now, { timeZone, language }),
    days: await provenDays(tx, deskId, ticketId),
  };
  return { text: writeProof(body, (await requireProofKey(tx, deskId, now)).privateKey) };
}

async function readEvents(tx: Tx, deskId: DeskId, ticketId: string): Promise<ProvenEvent[]> {
  const rows = await tx
    .selectFrom("ticket_event")
    .select(["sequence", "at", "type", "actor", "data", "salt", "content_digest", "digest"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .orderBy("sequence")
    .execute();
  return rows.map(({ salt, content_digest, digest, ...row }) => ({
    ...row,
    salt: salt?.toString("hex") ?? null,
    contentDigest: content_digest.toString("hex"),
    digest: digest.toString("hex"),
  }));
}

type ListedMail = {
  direction: "inbound" | "outgoing";
  id: string;
  at: Instant;
  sha256: Buffer;
  sizeBytes: number;
};

/** Whatever came in for the ticket, reports too, then whatever went out. */
async function listMails(tx: Tx, deskId: DeskId, ticketId: string): Promise<ListedMail[]> {
  const { rows } = await sql<ListedMail>`
    select m.direction, m.id, m.at, m.sha256, b.size_bytes as "sizeBytes" from (
      select 'inbound' as direction, inbound_mail_id as id, received_at as at, sha256 from inbound_mail
        where desk_id = ${deskId} and ticket_id = ${ticketId}
      union all
      select 'outgoing', outgoing_mail_id, created_at, mime_sha256 from outgoing_mail
        where desk_id = ${deskId} and ticket_id = ${ticketId}
    ) m join blob b on b.desk_id = ${deskId} and b.sha256 = m.sha256
    order by m.direction, m.at, m.id`.execute(tx);
  return rows;
}

async function readMails(tx: Tx, deskId: DeskId, listed: ListedMail[]): Promise<ProofBody["mails"]> {
  const mails: ProofBody["mails"] = [];
  for (const { direction, id, at, sha256 } of listed) {
    const bytes = (await readBlob(tx, deskId, sha256))?.toString("base64") ?? null;
    mails.push({ direction, id, at, sha256: sha256.toString("hex"), bytes });
  }
  return mails;
}
