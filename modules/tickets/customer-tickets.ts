import type { Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { type Customer, ticketsVisibleTo } from "@permanence/people";
import { type RawBuilder, sql } from "kysely";
import type { ClosedAs, MessageRow, Priority, TicketState } from "./ticket-tables.ts";

// Tickets as their customers see them: what was said to each other, and nothing of what agents say among themselves.

/** Which tickets a customer may see, as a condition on `ticket t` of `contact c`. Every question of theirs comes through
 *  here. */
async function isVisibleTo(tx: Tx, { deskId, contactId }: Customer): Promise<RawBuilder<boolean>> {
  const { contactIds, organisationId } = await ticketsVisibleTo(tx, deskId, contactId);
  const ofOrganisation =
    organisationId === null
      ? sql`false`
      : sql`coalesce(t.organisation_id, c.organisation_id) = ${organisationId}::uuid`;
  return sql<boolean>`(t.contact_id = any(${contactIds}::uuid[]) or ${ofOrganisation})`;
}

export type CustomerTicketFilter = { closed: boolean | null };

/** Where a page ends. */
export type CustomerPlace = { at: Instant; ticketId: string };

export type CustomerTicketRow = {
  ticket_id: string;
  number: number;
  subject: string;
  state: TicketState;
  closed_as: ClosedAs | null;
  closed_at: Instant | null;
  priority: Priority;
  language: string;
  source: "mail" | "agent" | "history" | "form";
  received_at: Instant;
  /** Whether it is the customer's own, not a colleague's. */
  is_own: boolean;
  contact_name: string;
  last_at: Instant;
  /** Who wrote last. */
  last_kind: "customer" | "agent";
  preview: string;
  /** Grows with whatever its customer can see of it, and with nothing else. */
  version: number;
};

/** One page of the tickets that the customer may see, received last first. */
export async function listCustomerTickets(
  tx: Tx,
  customer: Customer,
  filter: CustomerTicketFilter,
  page: { after: CustomerPlace | null; limit: number },
): Promise<CustomerTicketRow[]> {
  const { after, limit } = page;
  const state = filter.closed === null ? sql`true` : filter.closed ? sql`t.state = 'closed'` : sql`t.state <> 'closed'`;
  const place =
    after === null ? sql`true` : sql`(t.received_at, t.ticket_id) < (${after.at}::bigint, ${after.ticketId}::uuid)`;
  const { rows } = await sql<CustomerTicketRow>`
    ${await selection(tx, customer)} and ${state} and ${place}
    order by t.received_at desc, t.ticket_id desc limit ${limit}`.execute(tx);
  return rows;
}

/** The ticket of this number, if the customer may see it; null otherwise, whether there is one or not. */
export async function findCustomerTicket(
  tx: Tx,
  customer: Customer,
  number: number,
): Promise<CustomerTicketRow | null> {
  const { rows } = await sql<CustomerTicketRow>`
    ${await selection(tx, customer)} and t.number = ${number}`.execute(tx);
  return rows[0] ?? null;
}

async function selection(tx: Tx, customer: Customer) {
  return sql`
    select t.ticket_id, t.number, t.subject, t.state, t.closed_as, t.closed_at, t.priority, t.language, t.source,
      t.received_at, t.contact_id = ${customer.contactId}::uuid as is_own, c.name as contact_name,
      coalesce(newest.at, t.received_at) as last_at, coalesce(newest.kind, 'customer') as last_kind,
      coalesce(newest.preview, '') as preview, (${versionOf}) as version
    from ticket t
    join contact c on c.desk_id = t.desk_id and c.contact_id = t.contact_id
    left join lateral (
      select m.at, m.kind, left(coalesce(nullif(m.reply, ''), m.text), 400) as preview
      from message m where m.desk_id = t.desk_id and m.ticket_id = t.ticket_id and m.kind <> 'note'
      order by m.at desc, m.message_id desc limit 1
    ) newest on true
    where t.desk_id = ${customer.deskId} and ${await isVisibleTo(tx, customer)}`;
}

/** How many events of the ticket its customer can see: a version that no note, and nothing internal, ever moves. */
const versionOf = sql`
  select count(*)::int from ticket_event e
  where e.desk_id = t.desk_id and e.ticket_id = t.ticket_id
    and e.type in ('registered', 'message', 'state', 'closed', 'closure-undone', 'priority', 'subject', 'rated', 'erased')
    and not (e.type = 'message' and e.data ->> 'kind' = 'note')`;

/** What customer and agents told each other, oldest first. */
export async function listCustomerMessages(
  tx: Tx,
  { deskId }: Customer,
  ticketId: string,
): Promise<CustomerMessageRow[]> {
  return messagesOf(tx, deskId, ticketId).orderBy("at").orderBy("message_id").execute();
}

/** One of these messages; null where it is none. */
export async function findCustomerMessage(
  tx: Tx,
  { deskId }: Customer,
  ticketId: string,
  messageId: string,
): Promise<CustomerMessageRow | null> {
  const found = await messagesOf(tx, deskId, ticketId).where("message_id", "=", messageId).executeTakeFirst();
  return found ?? null;
}

/** An agent's address is not among what is read. */
export type CustomerMessageRow = Pick<
  MessageRow,
  "message_id" | "kind" | "at" | "from_name" | "agent_id" | "text" | "reply" | "html_sha256"
> & { customer_address: string | null };

function messagesOf(tx: Tx, deskId: Customer["deskId"], ticketId: string) {
  return tx
    .selectFrom("message")
    .select(["message_id", "kind", "at", "from_name", "agent_id", "text", "reply", "html_sha256"])
    .select(sql<string | null>`case when kind = 'customer' then from_address end`.as("customer_address"))
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("kind", "in", ["customer", "agent"]);
}
