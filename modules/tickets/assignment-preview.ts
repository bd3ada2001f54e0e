import type { Tx } from "@permanence/database";
import type { Desk } from "@permanence/people";
import { sql } from "kysely";
import { findReceiver, readHouse } from "./assignment.ts";
import { type AssignmentRule, runRules } from "./assignment-rule.ts";
import { answeringMailbox } from "./own-mailboxes.ts";
import { signsOf, type TicketTriage } from "./ticket-triage.ts";
import type { Priority } from "./ticket-tables.ts";

const MOST_TRIED = 1_000;
const MOST_SHOWN = 20;

type OpenTicket = {
  id: string;
  number: number;
  subject: string;
  priority: Priority;
  language: string;
  organisationId: string | null;
  triage: TicketTriage | null;
  envelopeTo: string[] | null;
};

/** What each rule would take of the newest open tickets, were they registered now. Changes nothing. */
export async function previewRules(tx: Tx, desk: Desk, rules: AssignmentRule[]) {
  const [tickets, house] = [await readOpenTickets(tx, desk), await readHouse(tx, desk.deskId, rules)];
  const items = rules.map(({ name }) => ({ name, count: 0, tickets: [] as PreviewedTicket[] }));
  for (const ticket of tickets) {
    const outcome = runRules(house.rules, { ...factsOf(desk, ticket), tagIds: [] });
    for (const rule of outcome.rules) {
      const item = items[house.rules.indexOf(rule)]!;
      item.count++;
      if (item.tickets.length >= MOST_SHOWN) continue;
      const { agent, team } = findReceiver(rule, ticket.language, house);
      const { id, number, subject } = ticket;
      item.tickets.push({ id, number, subject, to: agent?.name ?? team?.name ?? null });
    }
  }
  return { looked: tickets.length, items };
}

type PreviewedTicket = { id: string; number: number; subject: string; to: string | null };

function factsOf(desk: Desk, { priority, language, organisationId, triage, envelopeTo }: OpenTicket) {
  const mailbox = answeringMailbox(desk, envelopeTo ?? []).toLowerCase();
  return { priority, language, organisationId, mailbox, signs: signsOf(triage) };
}

async function readOpenTickets(tx: Tx, { deskId }: Desk): Promise<OpenTicket[]> {
  const { rows } = await sql<OpenTicket>`
    select t.ticket_id as id, t.number, t.subject, t.priority, t.language, t.organisation_id as "organisationId", t.triage,
      (select m.envelope_to from inbound_mail m where m.desk_id = t.desk_id and m.ticket_id = t.ticket_id
        and m.kind = 'ticket' order by m.received_at limit 1) as "envelopeTo"
    from ticket t where t.desk_id = ${deskId} and t.state <> 'closed'
    order by t.received_at desc, t.ticket_id desc limit ${MOST_TRIED}`.execute(tx);
  return rows;
}
