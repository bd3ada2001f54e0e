import { type DeskId, readBlob, type Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import { provenDays } from "./day-heads.ts";
import { FORMAT, type ProofBody, type ProvenEvent, writeProof } from "./proof-file.ts";
import { requireProofKey } from "./proof-key-store.ts";
import { clocksOf } from "./proven-clocks.ts";

/** The proof file of a ticket, as its text: all that its clocks are reckoned from, signed. Null where there is no such
 *  ticket. @param language of the sentences in it */
export async function makeProof(
  tx: Tx,
  { deskId, slug, name, settings }: Desk,
  ticketId: string,
  { now, language }: { now: Instant; language: string },
): Promise<string | null> {
  const ticket = await tx
    .selectFrom("ticket")
    .select(["number"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .executeTakeFirst();
  if (!ticket) return null;
  const { timeZone } = settings;
  const events = await readEvents(tx, deskId, ticketId);
  const body: ProofBody = {
    ...{ format: FORMAT, madeAt: now, timeZone, language },
    desk: { id: deskId, slug, name },
    ticket: { id: ticketId, number: ticket.number },
    events,
    mails: await readMails(tx, deskId, ticketId),
    clocks: clocksOf(events, now, { timeZone, language }),
    days: await provenDays(tx, deskId, ticketId),
  };
  return writeProof(body, (await requireProofKey(tx, deskId, now)).privateKey);
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

/** Whatever came in for the ticket, reports too, and whatever went out. Sign-in links belong to no ticket. */
async function readMails(tx: Tx, deskId: DeskId, ticketId: string): Promise<ProofBody["mails"]> {
  const inbound = await tx
    .selectFrom("inbound_mail")
    .select(["inbound_mail_id as id", "received_at as at", "sha256"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .orderBy("received_at")
    .orderBy("inbound_mail_id")
    .execute();
  const outgoing = await tx
    .selectFrom("outgoing_mail")
    .select(["outgoing_mail_id as id", "created_at as at", "mime_sha256 as sha256"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .orderBy("created_at")
    .orderBy("outgoing_mail_id")
    .execute();
  const mails: ProofBody["mails"] = [];
  for (const [direction, rows] of [["inbound", inbound] as const, ["outgoing", outgoing] as const]) {
    for (const { id, at, sha256 } of rows) {
      const bytes = (await readBlob(tx, deskId, sha256))?.toString("base64") ?? null;
      mails.push({ direction, id, at, sha256: sha256.toString("hex"), bytes });
    }
  }
  return mails;
}
