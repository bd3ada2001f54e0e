import type { DeskId, Tx } from "@permanence/database";
import { parseTaggedAddress, type ReadMail } from "@permanence/mail";
import type { TicketRow } from "./ticket-tables.ts";

/** The ticket that a mail names, and whether its sender may write there. */
export type NamedTicket = {
  ticket: Pick<TicketRow, "ticket_id" | "number" | "state" | "closed_at" | "contact_id" | "source" | "reply_token">;
  /** The mail carries a token that only a reader of our mail can know. */
  byToken: boolean;
  mayWrite: boolean;
};

/**
 * Finds the ticket that a mail answers: by the token in an address that it was sent to, then by the mails that it says
 * it follows. Of several it is the first where its sender may write: anybody can send a mail under another's Message-ID,
 * and must not draw what follows that to a ticket of theirs. A ticket's number in the subject proves nothing and is not
 * looked at.
 */
export async function findNamedTicket(
  tx: Tx,
  deskId: DeskId,
  mail: ReadMail,
  { envelopeTo, sender }: { envelopeTo: string[]; sender: string | null },
): Promise<NamedTicket | null> {
  const proven = [...(await byAddressToken(tx, deskId, mail, envelopeTo)), ...(await byOurMessageId(tx, deskId, mail))];
  const candidates = [...new Set([...proven, ...(await byTheirMessageId(tx, deskId, mail))])];
  let first: NamedTicket | null = null;
  for (const ticketId of candidates.slice(0, MOST_CANDIDATES)) {
    const ticket = await readTicket(tx, deskId, ticketId);
    if (!ticket) continue;
    const mayWrite = sender !== null && (await mayWriteTo(tx, deskId, ticket, sender));
    const named = { ticket, byToken: proven.includes(ticketId), mayWrite };
    if (mayWrite) return named;
    first ??= named;
  }
  return first;
}

const MOST_CANDIDATES = 20;

async function readTicket(tx: Tx, deskId: DeskId, ticketId: string) {
  return tx
    .selectFrom("ticket")
    .select(["ticket_id", "number", "state", "closed_at", "contact_id", "source", "reply_token"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .executeTakeFirst();
}

/** Whether a mail names a ticket in any of the ways that are looked at, be there such a ticket or not. */
export function namesTicket(mail: ReadMail, envelopeTo: string[]): boolean {
  return followed(mail).length > 0 || addressTokens(mail, envelopeTo).length > 0;
}

/** The tokens in the addresses that a mail was sent to. */
export function addressTokens(mail: ReadMail, envelopeTo: string[]): string[] {
  const addresses = [...envelopeTo, ...mail.to.map(({ address }) => address), ...mail.cc.map(({ address }) => address)];
  return addresses.flatMap((address) => {
    const tag = parseTaggedAddress(address)?.tag;
    return tag?.kind === "ticket" ? [tag.token] : [];
  });
}

async function byAddressToken(tx: Tx, deskId: DeskId, mail: ReadMail, envelopeTo: string[]): Promise<string[]> {
  const tokens = addressTokens(mail, envelopeTo);
  if (tokens.length === 0) return [];
  const rows = await tx
    .selectFrom("ticket")
    .select("ticket_id")
    .where("desk_id", "=", deskId)
    .where("reply_token", "in", tokens.slice(0, MOST_REFERENCES))
    .execute();
  return rows.map((row) => row.ticket_id);
}

/** Our Message-IDs end in the ticket's token, so naming one proves as much as the address does. */
async function byOurMessageId(tx: Tx, deskId: DeskId, mail: ReadMail): Promise<string[]> {
  const ids = followed(mail);
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom("outgoing_mail")
    .select("ticket_id")
    .where("desk_id", "=", deskId)
    .where("message_id", "in", ids)
    .where("ticket_id", "is not", null)
    .orderBy("created_at", "desc")
    .limit(MOST_CANDIDATES)
    .execute();
  return rows.map((row) => row.ticket_id!);
}

async function byTheirMessageId(tx: Tx, deskId: DeskId, mail: ReadMail): Promise<string[]> {
  const ids = followed(mail);
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom("inbound_mail")
    .select("ticket_id")
    .where("desk_id", "=", deskId)
    .where("message_id", "in", ids)
    .where("ticket_id", "is not", null)
    .where("kind", "in", ["ticket", "reply"])
    .orderBy("received_at", "desc")
    .limit(MOST_CANDIDATES)
    .execute();
  return rows.map((row) => row.ticket_id!);
}

/** A thread can name thousands of mails (an attack can name millions); the newest stand last. */
const MOST_REFERENCES = 50;

/** The mails that a mail says it follows, the newest of very many. */
export function followed(mail: ReadMail): string[] {
  const ids = [...mail.references.slice(-MOST_REFERENCES), ...(mail.inReplyTo === null ? [] : [mail.inReplyTo])];
  return [...new Set(ids)];
}

/** The contact at any address, a colleague of the same organisation, and whoever the desk wrote to on this ticket. */
async function mayWriteTo(
  tx: Tx,
  deskId: DeskId,
  ticket: { ticket_id: string; contact_id: string },
  address: string,
): Promise<boolean> {
  const sender = address.toLowerCase();
  const contact = await tx
    .selectFrom("contact_address as a")
    .innerJoin("contact as sender", (join) =>
      join.onRef("sender.desk_id", "=", "a.desk_id").onRef("sender.contact_id", "=", "a.contact_id"),
    )
    .innerJoin("contact as owner", (join) => join.onRef("owner.desk_id", "=", "a.desk_id"))
    .select("sender.contact_id")
    .where("a.desk_id", "=", deskId)
    .where("a.address", "=", sender)
    .where("owner.contact_id", "=", ticket.contact_id)
    .where((where) =>
      where.or([
        where("sender.contact_id", "=", where.ref("owner.contact_id")),
        where("sender.organisation_id", "=", where.ref("owner.organisation_id")),
      ]),
    )
    .executeTakeFirst();
  if (contact) return true;
  const wroteTo = await tx
    .selectFrom("outgoing_mail")
    .select("outgoing_mail_id")
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticket.ticket_id)
    .where("to_address", "=", sender)
    .executeTakeFirst();
  return wroteTo !== undefined;
}
