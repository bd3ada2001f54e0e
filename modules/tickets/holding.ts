import type { Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import type { Authentication, InboundMailRow, ReadMail } from "@permanence/mail";
import { type Desk, domainOf, isPublicMailProvider } from "@permanence/people";
import { sql } from "kysely";
import { isForged } from "./mail-sender.ts";

// A flood must not bury what others ask for, and two programs that answer each other must not do so for ever. So new
// requests beyond a cap are held: kept, shown, and released by one click, their clock started when they came. Mail that
// joins a ticket is never held, nor is that of a customer who was seen to read mail at the address; what is forged in that
// customer's name is not theirs.

/** A new request, and the address that it is from. */
export type HoldingCase = {
  inboundMail: InboundMailRow;
  mail: ReadMail;
  authentication: Authentication | null;
  address: string;
};

const HOUR_MS = 3_600_000;

/** Why each of the requests is to be held, in their order; null for those that are not. */
export async function findHeld(tx: Tx, desk: Desk, cases: HoldingCase[]): Promise<(string | null)[]> {
  const seen = await readPast(tx, desk, cases);
  return cases.map((each) => {
    const isTheirs = seen.verified.has(each.address) && !isForged(each.authentication);
    const reason = isTheirs ? null : reasonToHold(desk, seen, each);
    if (reason === null) seen.count(each);
    return reason;
  });
}

function reasonToHold({ settings }: Desk, past: Past, { inboundMail, mail, address }: HoldingCase): string | null {
  const { ticketsPerAddressAndHour, ticketsPerDomainAndHour, ticketsPerMailboxAndHour } = settings.caps;
  if (past.isRepeated(address, mail))
    return "Its sender has written the very same within the hour and had a notice of it, as a program that answers notices.";
  if (past.isAnswer(address, mail))
    return "It bears the subject of a notice that went to its sender moments ago, as answering machines write.";
  if (past.of(address) >= ticketsPerAddressAndHour)
    return `More than ${ticketsPerAddressAndHour} requests came from its sender within an hour.`;
  const domain = domainOf(address);
  if (!isPublicMailProvider(domain) && past.of(domain) >= ticketsPerDomainAndHour)
    return `More than ${ticketsPerDomainAndHour} requests came from ${domain} within an hour.`;
  if (past.of(inboundMail.mailbox_id) >= ticketsPerMailboxAndHour)
    return `More than ${ticketsPerMailboxAndHour} requests came to this mailbox within an hour.`;
  return null;
}

/** What came, and went out, within the hour before. */
class Past {
  readonly verified: ReadonlySet<string>;
  readonly #counts: Map<string, number>;
  readonly #said: Set<string>;
  readonly #told: Map<string, string[]>;

  constructor(verified: Set<string>, counts: Map<string, number>, said: Set<string>, told: Map<string, string[]>) {
    this.verified = verified;
    this.#counts = counts;
    this.#said = said;
    this.#told = told;
  }

  /** How many requests came from this address or domain, or to this mailbox. */
  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  isRepeated(address: string, mail: ReadMail): boolean {
    return this.#said.has(contentsOf(address, mail.subject, mail.reply));
  }

  isAnswer(address: string, { subject }: ReadMail): boolean {
    return (this.#told.get(address) ?? []).some((notice) => subject.includes(notice));
  }

  count({ inboundMail, address }: HoldingCase): void {
    for (const key of [address, domainOf(address), inboundMail.mailbox_id]) this.#counts.set(key, this.of(key) + 1);
  }
}

const ANSWERED_WITHIN_MS = 10 * 60_000; // A person who answers so fast writes to Reply-To, and joins the ticket.

async function readPast(tx: Tx, desk: Desk, cases: HoldingCase[]): Promise<Past> {
  const { caps } = desk.settings;
  const latest = Math.max(...cases.map(({ inboundMail }) => inboundMail.received_at));
  const since = instant(latest - HOUR_MS);
  const addresses = [...new Set(cases.map(({ address }) => address))];
  const domains = [...new Set(addresses.map(domainOf))].filter((domain) => !isPublicMailProvider(domain));
  const mailboxes = [...new Set(cases.map(({ inboundMail }) => inboundMail.mailbox_id))];
  const of = (column: string, keys: string[], cap: number) => countsOf(tx, desk, { column, keys, since, cap });
  const [verified, byAddress, byDomain, byMailbox, said, told] = await Promise.all([
    readVerified(tx, desk, addresses),
    of("lower(from_address)", addresses, caps.ticketsPerAddressAndHour),
    of("split_part(lower(from_address), '@', 2)", domains, caps.ticketsPerDomainAndHour),
    of("mailbox_id", mailboxes, caps.ticketsPerMailboxAndHour),
    readSaid(tx, desk, addresses, since),
    readTold(tx, desk, addresses, instant(latest - ANSWERED_WITHIN_MS)),
  ]);
  return new Past(verified, new Map([...byAddress, ...byDomain, ...byMailbox]), said, told);
}

/** Where the customer was seen to read mail. */
async function readVerified(tx: Tx, { deskId }: Desk, addresses: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ address: string }>`
    select address from contact_address
    where desk_id = ${deskId} and address = any(${addresses}::text[]) and verified_at is not null`.execute(tx);
  return new Set(rows.map(({ address }) => address));
}

/** Counts no further than to the cap: more makes no difference. */
async function countsOf(
  tx: Tx,
  { deskId }: Desk,
  { column, keys, since, cap }: { column: string; keys: string[]; since: Instant; cap: number },
): Promise<[string, number][]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<{ key: string; count: number }>`
    select key, counted.count from unnest(${keys}::text[]) as k (key)
    cross join lateral (
      select count(*) as count from (
        select from inbound_mail
        where desk_id = ${deskId} and ${sql.raw(column)} = ${column === "mailbox_id" ? sql`key::uuid` : sql`key`} and received_at > ${since} and kind = 'ticket'
        limit ${cap}
      ) capped
    ) counted`.execute(tx);
  return rows.map(({ key, count }) => [key, count]);
}

/** What these senders have asked for within the hour, and had a notice of: whoever sends the same once more, having had
 *  none, is impatient; having had it, a program that answers it. */
async function readSaid(tx: Tx, { deskId }: Desk, addresses: string[], since: Instant): Promise<Set<string>> {
  const { rows } = await sql<{ from_address: string; subject: string; reply: string }>`
    select lower(i.from_address) as from_address, i.subject, m.reply from inbound_mail i
    join message m on m.desk_id = i.desk_id and m.ticket_id = i.ticket_id and m.inbound_mail_id = i.inbound_mail_id
    where i.desk_id = ${deskId} and lower(i.from_address) = any(${addresses}::text[]) and i.received_at > ${since}
      and i.kind = 'ticket' and exists (
        select from outgoing_mail o
        where o.desk_id = i.desk_id and o.ticket_id = i.ticket_id and o.purpose = 'notice' and o.sent_at is not null)
    order by i.received_at desc limit ${MOST_SAID}`.execute(tx);
  return new Set(rows.map((row) => contentsOf(row.from_address, row.subject, row.reply)));
}

const MOST_SAID = 500;

/** The subjects of notices that went to these addresses since then. */
async function readTold(tx: Tx, { deskId }: Desk, addresses: string[], since: Instant): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ to_address: string; subjects: string[] }>`
    select to_address, array_agg(subject) as subjects from outgoing_mail
    where desk_id = ${deskId} and to_address = any(${addresses}::text[]) and sent_at > ${since} and purpose = 'notice'
    group by to_address`.execute(tx);
  return new Map(rows.map((row) => [row.to_address, row.subjects]));
}

function contentsOf(address: string, subject: string, reply: string): string {
  return JSON.stringify([address, subject.trim(), reply.replaceAll(/\s+/g, " ").trim()]);
}
