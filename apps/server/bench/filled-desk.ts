import { createHash } from "node:crypto";
import { type Db, type DeskId, putBlob, type Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { deskOf, STANDARD_POLICY, termsAt } from "@permanence/people";
import { MADE, markFoundDue, writeDueEntries } from "@permanence/search";
import { ENTRY_MAKERS } from "@permanence/tickets";
import { sql } from "kysely";
import { MADE_LANGUAGES, makeSentences } from "./filled-words.ts";

/** How much there is: all tickets of two years, of which the newest are open, with five messages each. */
export type Filling = { tickets: number; open: number; until: Instant };

const BATCH = 50_000;
const CONTACTS = 40_000;
const ORGANISATIONS = 4_000;
const TWO_YEARS_MS = 2 * 365 * 86_400_000;

/**
 * Fills a desk that has agents and nothing else, written by the database itself: tickets with their messages, events, clocks,
 * notices and evidence, as the program's lists and pages read them. The chains are not hashed, and all mails are one blob:
 * what is made so can be measured, not proved.
 */
export async function fillDesk(
  db: Db,
  deskId: DeskId,
  filling: Filling,
  report: (line: string) => void,
): Promise<void> {
  const desk = await deskOf(db, deskId);
  const { response: policy, ...terms } = termsAt(desk.promises, STANDARD_POLICY, filling.until);
  await db.transaction(deskId, async (tx) => {
    await hasten(tx);
    await makePeople(tx, deskId, filling.tickets);
    await makeSentenceTable(tx);
    putBlob(tx, deskId, MIME);
  });
  const registered = JSON.stringify({ source: "mail", policy, terms, priorityReason: "Made to be measured." });
  for (let first = 1; first <= filling.tickets; first += BATCH) {
    const last = Math.min(first + BATCH - 1, filling.tickets);
    await db.transaction(deskId, async (tx) => {
      await hasten(tx);
      await makeTickets(tx, deskId, { ...filling, first, last });
      await makeMessages(tx, deskId);
      await makeEvents(tx, deskId, registered);
      await makeClocks(tx, deskId, filling.until);
      await makeNotices(tx, deskId);
    });
    report(`${last} of ${filling.tickets} tickets.`);
  }
  await db.transaction(deskId, async (tx) => {
    await sql`select setval(${`ticket_number_${deskId.replaceAll("-", "")}`}::regclass, ${filling.tickets})`.execute(
      tx,
    );
    await sql`drop table made_sentence, made_ticket`.execute(tx);
  });
  report("Writing what can be searched.");
  await db.transaction(deskId, async (tx) => {
    for (const kind of ["ticket", "contact", "organisation"] as const)
      await markFoundDue(tx, deskId, kind, sql`select ${sql.ref(`${kind}_id`)} from ${sql.table(kind)}`, MADE);
  });
  await writeDueEntries(db, deskId, ENTRY_MAKERS, filling.until);
  await db.pool.query(
    "vacuum (analyze) contact, contact_address, organisation, ticket, message, attachment, ticket_event, clock, outgoing_mail, evidence, search_entry, search_word",
  );
}

const MIME = Buffer.from("Subject: Made to be measured\r\n\r\nNothing.\r\n");
const mimeSha256 = createHash("sha256").update(MIME).digest();

/** Lost with the machine, it is made again. */
async function hasten(tx: Tx): Promise<void> {
  await sql`set local synchronous_commit = off`.execute(tx);
  await sql`select setseed(0.5)`.execute(tx);
}

/** No more customers than tickets: a small desk has few. */
async function makePeople(tx: Tx, deskId: DeskId, tickets: number): Promise<void> {
  const [contacts, organisations] = [Math.min(CONTACTS, tickets), Math.min(ORGANISATIONS, Math.ceil(tickets / 10))];
  await sql`insert into organisation (desk_id, organisation_id, name, created_at)
    select ${deskId}::uuid, md5('organisation ' || i)::uuid, 'Agence ' || i, 0
    from generate_series(0, ${organisations}::integer - 1) i`.execute(tx);
  await sql`insert into contact (desk_id, contact_id, organisation_id, name, language, created_at)
    select ${deskId}::uuid, md5('contact ' || i)::uuid, md5('organisation ' || i % ${organisations}::integer)::uuid,
      'Contact ' || i, (array['fr', 'fr', 'nl', 'nl', 'en'])[1 + i % 5], 0
    from generate_series(0, ${contacts}::integer - 1) i`.execute(tx);
  await sql`insert into contact_address (desk_id, address, contact_id, verified_at)
    select ${deskId}::uuid, 'contact' || i || '@agence' || i % ${organisations}::integer || '.example', md5('contact ' || i)::uuid, 0
    from generate_series(0, ${contacts}::integer - 1) i`.execute(tx);
}

async function makeSentenceTable(tx: Tx): Promise<void> {
  await sql`create table made_sentence (language text, place integer, text text, primary key (language, place))`.execute(
    tx,
  );
  for (const language of MADE_LANGUAGES) {
    const rows = makeSentences(language).map((text, place) => ({ place, text }));
    await sql`insert into made_sentence select ${language}, place, text
      from json_to_recordset(${JSON.stringify(rows)}::json) as s (place integer, text text)`.execute(tx);
  }
  await sql`create table made_ticket (ticket_id uuid, contact_id uuid, language text, at bigint, number bigint, state text,
    priority text, address text)`.execute(tx);
  await sql`analyze made_sentence, contact, contact_address`.execute(tx);
}

/** Ids grow with time, as those of the program. */
const idAt = (at: string, seed: string) =>
  sql.raw(
    `(lpad(to_hex(${at}), 12, '0') || '7' || substr(md5(${seed}), 1, 3) || '8' || substr(md5(${seed}), 4, 15))::uuid`,
  );

async function makeTickets(tx: Tx, deskId: DeskId, filling: Filling & { first: number; last: number }): Promise<void> {
  const { tickets, open, until, first, last } = filling;
  const stepMs = Math.max(1, Math.floor(TWO_YEARS_MS / tickets));
  const openFrom = tickets - open;
  await sql`truncate made_ticket`.execute(tx);
  await sql`
    insert into made_ticket
    select ${idAt("at", "'t' || i")}, c.contact_id, c.language, at, i,
      case when i <= ${openFrom}::integer then 'closed'
        else (array['new', 'new', 'open', 'open', 'open', 'open', 'open', 'waiting', 'waiting', 'on-hold'])[1 + i % 10] end,
      (array['urgent', 'high', 'high', 'normal', 'normal', 'normal', 'normal', 'normal', 'low', 'low'])[1 + (i / 7) % 10],
      a.address
    from generate_series(${first}::integer, ${last}::integer) i
    cross join lateral (select ${until}::bigint - (${tickets}::bigint - i) * ${stepMs}::bigint as at) t
    join contact c on c.desk_id = ${deskId}::uuid
      and c.contact_id = md5('contact ' || i * 7919::bigint % least(${CONTACTS}::integer, ${tickets}::integer))::uuid
    join contact_address a on a.desk_id = c.desk_id and a.contact_id = c.contact_id`.execute(tx);
  await sql`analyze made_ticket`.execute(tx);
  await sql`
    with agents as (select agent_id, row_number() over (order by email) - 1 as place, count(*) over () as of_all from agent
      where desk_id = ${deskId})
    insert into ticket (desk_id, ticket_id, number, subject, state, closed_as, closed_at, priority, priority_reason, language,
      contact_id, organisation_id, assignee_id, source, received_at, reply_token, queue_at, updated_at, version, event_count,
      event_digest, to_be_classified)
    select ${deskId}::uuid, t.ticket_id, t.number, left(s.text, 70), t.state,
      case when t.state = 'closed' then 'solved' end, case when t.state = 'closed' then t.at + 86400000 end, t.priority,
      'Made to be measured.', t.language, t.contact_id, c.organisation_id, case when t.number % 10 < 7 then a.agent_id end,
      'mail', t.at, ${deskId} || t.number,
      case when t.state in ('new', 'open') then t.at + 86400000 + t.number % 400000000 else 253370764800000 end,
      t.at, 7, 6, '', false
    from made_ticket t
    join contact c on c.desk_id = ${deskId}::uuid and c.contact_id = t.contact_id
    join made_sentence s on s.language = t.language and s.place = t.number * 31 % 12000
    left join agents a on a.place = t.number / 3 % a.of_all`.execute(tx);
}

async function makeMessages(tx: Tx, deskId: DeskId): Promise<void> {
  await sql`
    insert into message (desk_id, message_id, ticket_id, kind, at, from_name, from_address, agent_id, text, reply)
    select ${deskId}::uuid, ${idAt("t.at + n * 3600000", "'m' || t.number || n")}, t.ticket_id,
      (array['customer', 'agent', 'customer', 'note', 'agent'])[n], t.at + (n - 1) * 3600000,
      case when n in (1, 3) then '' else 'Agent' end, case when n in (1, 3) then t.address else 'agent@desk.example' end, null,
      said, said
    from made_ticket t cross join generate_series(1, 5) n
    join made_sentence a on a.language = t.language and a.place = (t.number * 7 + n * 4001) % 12000
    join made_sentence b on b.language = t.language and b.place = (t.number * 13 + n * 911) % 12000
    cross join lateral (select a.text || ' ' || b.text || ' Ref ' || substr(md5(t.number || '.' || n), 1, 7) as said) words`.execute(
    tx,
  );
  await sql`
    insert into attachment (desk_id, message_id, position, name, type, size_bytes, sha256, inline, content_id)
    select ${deskId}::uuid, m.message_id, 0, replace(left(s.text, 12), ' ', '-') || t.number || '.pdf', 'application/pdf', 1, ${mimeSha256}, false, null
    from made_ticket t join message m on m.desk_id = ${deskId}::uuid and m.ticket_id = t.ticket_id and m.at = t.at
    join made_sentence s on s.language = t.language and s.place = t.number % 12000
    where t.number % 10 = 0`.execute(tx);
}

async function makeEvents(tx: Tx, deskId: DeskId, registered: string): Promise<void> {
  await sql`
    insert into ticket_event (desk_id, ticket_id, sequence, at, type, actor, data, salt, content_digest, digest)
    select ${deskId}::uuid, ticket_id, 1, at, 'registered', 'customer', ${registered}::jsonb
      || jsonb_build_object('receivedAt', at, 'number', number, 'language', language, 'priority', priority), '', '', ''
    from made_ticket`.execute(tx);
  await sql`
    insert into ticket_event (desk_id, ticket_id, sequence, at, type, actor, data, salt, content_digest, digest)
    select ${deskId}::uuid, m.ticket_id, 1 + row_number() over (partition by m.ticket_id order by m.at), m.at, 'message',
      case when m.kind = 'customer' then 'customer' else 'desk' end,
      jsonb_build_object('messageId', m.message_id, 'kind', m.kind, 'at', m.at), '', '', ''
    from made_ticket t join message m on m.desk_id = ${deskId}::uuid and m.ticket_id = t.ticket_id`.execute(tx);
}

/** The response clock of each is stopped; of those that are new or open a clock for the next answer runs. */
async function makeClocks(tx: Tx, deskId: DeskId, until: Instant): Promise<void> {
  await sql`
    insert into clock (desk_id, ticket_id, target, started_at, due_at, stopped_at, outcome, receipt, priority, customer_id)
    select ${deskId}::uuid, ticket_id, 'response', at, at + 86400000, at + 60000 + number % 4000000,
      case when number % 50 = 0 then 'breached' else 'met' end, 'delivered', priority, contact_id from made_ticket`.execute(
    tx,
  );
  await sql`
    insert into clock (desk_id, ticket_id, target, started_at, due_at, stopped_at, outcome, receipt, priority, customer_id)
    select ${deskId}::uuid, t.ticket_id, 'next-reply', t.at, k.queue_at, null,
      case when k.queue_at < ${until} then 'breached' else 'running' end, null, t.priority, t.contact_id
    from made_ticket t join ticket k on k.desk_id = ${deskId}::uuid and k.ticket_id = t.ticket_id
    where t.state in ('new', 'open')`.execute(tx);
}

async function makeNotices(tx: Tx, deskId: DeskId): Promise<void> {
  await sql`
    insert into outgoing_mail (desk_id, outgoing_mail_id, ticket_id, contact_id, purpose, state, to_address, subject, message_id,
      return_token, envelope_from, mime_sha256, created_at, urgency, attempts, sent_at)
    select ${deskId}::uuid, ${idAt("at", "'o' || number")}, ticket_id, contact_id, 'notice', 'sent', address, 'Made', 'made-' || number,
      'made-' || number, 'desk@desk.example', ${mimeSha256}, at, 'usual', 1, at from made_ticket`.execute(tx);
  await sql`
    insert into evidence (desk_id, evidence_id, ticket_id, outgoing_mail_id, rung, at, source, detail)
    select ${deskId}::uuid, ${idAt("at + n", "'e' || number || n")}, ticket_id, ${idAt("at", "'o' || number")},
      (array['handed-over', 'delivered'])[n], at + n * 1000, 'relay', '250 taken'
    from made_ticket cross join generate_series(1, 2) n`.execute(tx);
}
