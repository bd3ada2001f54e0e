import type { Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { type Customer, readCustomerRecord } from "@permanence/people";
import { sql } from "kysely";
import type { PersonalSources } from "./personal-source.ts";

/**
 * Everything that the desk keeps about a customer, as the law lets them have it (Regulation (EU) 2016/679, articles 15 and
 * 20): who they are, how they signed in, their tickets with what was said, sent and rated, and what they wrote in tickets of
 * colleagues. What agents say among themselves is not theirs to see here.
 */
export async function readCustomerData(tx: Tx, { deskId, contactId }: Customer, sources: PersonalSources) {
  const { since, addresses, signIns, sessions, ...person } = await readCustomerRecord(tx, deskId, contactId);
  const others: Record<string, Record<string, unknown>[]> = {};
  for (const [name, source] of Object.entries(sources)) others[name] = await source.read(tx, deskId, contactId);
  return {
    others,
    person: { ...person, since: toIso(since) },
    addresses: addresses.map(({ address, verifiedAt, failedAt }) => ({
      ...{ address, verifiedAt: iso(verifiedAt), failedAt: iso(failedAt) },
    })),
    signIns: signIns.map(({ address, askedAt, usedAt }) => ({ address, askedAt: toIso(askedAt), usedAt: iso(usedAt) })),
    sessions: sessions.map(({ address, since: from, until }) => ({ address, since: toIso(from), until: toIso(until) })),
    tickets: (await readTickets(tx, deskId, contactId)).map((ticket) => withTimes(ticket) as Record<string, unknown>),
    writtenElsewhere: (await readWrittenElsewhere(tx, deskId, contactId)).map(
      (message) => withTimes(message) as Record<string, unknown>,
    ),
    erasureRequests: (await readErasureRequests(tx, deskId, contactId)).map(
      (request) => withTimes(request) as Record<string, unknown>,
    ),
  };
}

type Row = Record<string, unknown>;

async function readTickets(tx: Tx, deskId: Customer["deskId"], contactId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select t.number, t.subject, t.state, t.closed_as as "closedAs", t.priority, t.priority_reason as "priorityReason",
      t.language, t.source, t.received_at as "receivedAt", t.closed_at as "closedAt",
      (select coalesce(json_agg(${messageJson} order by m.at, m.message_id), '[]') from message m
        where m.desk_id = t.desk_id and m.ticket_id = t.ticket_id and m.kind <> 'note') as messages,
      (select coalesce(json_agg(json_build_object('to', o.to_address, 'subject', o.subject, 'createdAt', o.created_at,
        'state', o.state) order by o.created_at), '[]') from outgoing_mail o
        where o.desk_id = t.desk_id and o.ticket_id = t.ticket_id and o.contact_id = t.contact_id) as "mailsToYou",
      (select coalesce(json_agg(json_build_object('what', v.rung, 'learnedAt', v.at, 'how', v.source, 'detail', v.detail)
        order by v.at), '[]') from evidence v where v.desk_id = t.desk_id and v.ticket_id = t.ticket_id) as "receipts",
      (select coalesce(json_agg(json_build_object('rating', r.rating, 'words', r.words, 'ratedAt', r.rated_at)
        order by r.rated_at), '[]') from rating r
        where r.desk_id = t.desk_id and r.ticket_id = t.ticket_id and r.rating is not null) as ratings
    from ticket t where t.desk_id = ${deskId} and t.contact_id = ${contactId}
    order by t.received_at, t.ticket_id`.execute(tx);
  return rows;
}

/** An agent's address is the agent's own. */
const messageJson = sql`json_build_object('at', m.at, 'by', m.kind, 'name', m.from_name,
  'address', case when m.kind = 'customer' then m.from_address end, 'text', m.text, 'attachments', (
    select coalesce(json_agg(json_build_object('name', a.name, 'type', a.type, 'sizeBytes', a.size_bytes) order by a.position), '[]')
    from attachment a where a.desk_id = m.desk_id and a.message_id = m.message_id))`;

async function readWrittenElsewhere(tx: Tx, deskId: Customer["deskId"], contactId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select t.number as ticket, ${messageJson} as message
    from contact_address c
    join message m on m.desk_id = c.desk_id and lower(m.from_address) = c.address and m.kind = 'customer'
    join ticket t on t.desk_id = m.desk_id and t.ticket_id = m.ticket_id
    where c.desk_id = ${deskId} and c.contact_id = ${contactId} and t.contact_id <> ${contactId}
    order by m.at, m.message_id`.execute(tx);
  return rows;
}

async function readErasureRequests(tx: Tx, deskId: Customer["deskId"], contactId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select asked_at as "askedAt", handled_at as "handledAt", outcome, reason from erasure_request
    where desk_id = ${deskId} and contact_id = ${contactId} order by asked_at`.execute(tx);
  return rows;
}

function iso(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}

/** Instants, whose names end so, as everywhere in the API. */
function withTimes(value: unknown, name = ""): unknown {
  if (typeof value === "number" && /(^at|At)$/.test(name)) return toIso(value as Instant);
  if (Array.isArray(value)) return value.map((item) => withTimes(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTimes(item, key)]));
}
