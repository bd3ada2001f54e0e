import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { StoredClock } from "@permanence/sla";
import { sql } from "kysely";
import type { Tag } from "./tag-store.ts";
import { LEAST_WARNING_MS } from "./ticket-clocks.ts";
import type { Priority, TicketState } from "./ticket-tables.ts";
import { type ResolvedFilter, viewCondition } from "./view-filter.ts";

/** Which tickets a list shows. Empty: all of the desk's. */
export type TicketFilter = {
  states?: TicketState[];
  priority?: Priority;
  contactId?: string;
  toBeClassified?: boolean;
  /** Words of the subject, the customer's name or address; or a ticket's number. */
  words?: string;
  /** Those that a search found. */
  ids?: string[];
  view?: { filter: ResolvedFilter; now: Instant };
};

/** "due": what is due first, then the more urgent, then who came first. "newest": received last first. */
export type TicketOrder = "due" | "newest";

/** Where a page ends: what the orders go by, and the ticket's id. */
export type TicketPlace = { queueAt: Instant; rank: number; receivedAt: Instant; ticketId: string };

export const UNCLOSED: TicketState[] = ["new", "open", "waiting", "on-hold"];

/** Priorities as numbers, the most urgent first: word for word as the index `ticket_queue` has it. */
export const rank = sql<number>`(case t.priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end)`;

/** Whether the ticket stands in the queue by this clock: as `queueAt` (ticket-clocks.ts) chooses it. */
const isLeading = sql<boolean>`(k.due_at = t.queue_at and k.stopped_at is null and k.paused_at is null
  and k.outcome in ('running', 'pending', 'breached'))`;

/** Tickets with what a row in a list shows, all in one query. */
function selectTickets(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("ticket as t")
    .innerJoin("contact as c", (join) =>
      join.onRef("c.desk_id", "=", "t.desk_id").onRef("c.contact_id", "=", "t.contact_id"),
    )
    .leftJoin("organisation as o", (join) =>
      join
        .onRef("o.desk_id", "=", "t.desk_id")
        // A domain may be confirmed after the ticket came: then it is the contact's that is known.
        .on((on) => on.eb("o.organisation_id", "=", on.fn.coalesce("t.organisation_id", "c.organisation_id"))),
    )
    .leftJoin("agent as a", (join) =>
      join.onRef("a.desk_id", "=", "t.desk_id").onRef("a.agent_id", "=", "t.assignee_id"),
    )
    .leftJoin("team as g", (join) => join.onRef("g.desk_id", "=", "t.desk_id").onRef("g.team_id", "=", "t.team_id"))
    .leftJoin("ticket as l", (join) =>
      join.onRef("l.desk_id", "=", "t.desk_id").onRef("l.ticket_id", "=", "t.linked_ticket_id"),
    )
    .leftJoinLateral(
      (from) =>
        from
          .selectFrom("message as m")
          .select(sql<string>`left(coalesce(nullif(m.reply, ''), m.text), 400)`.as("preview"))
          .whereRef("m.desk_id", "=", "t.desk_id")
          .whereRef("m.ticket_id", "=", "t.ticket_id")
          .where("m.kind", "<>", "note")
          .orderBy("m.at", "desc")
          .orderBy("m.message_id", "desc")
          .limit(1)
          .as("newest"),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (from) =>
        from
          .selectFrom("message as w")
          .select("w.from_address as contact_address")
          .whereRef("w.desk_id", "=", "t.desk_id")
          .whereRef("w.ticket_id", "=", "t.ticket_id")
          .where("w.kind", "=", "customer")
          .orderBy("w.at", "desc")
          .limit(1)
          .as("address"),
      (join) => join.onTrue(),
    )
    .innerJoinLateral(
      () => clocksOfTicket,
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      () => bestNotice,
      (join) => join.onTrue(),
    )
    .selectAll("t")
    .select(rank.as("rank"))
    .select([
      "c.name as contact_name",
      "o.organisation_id as belongs_to",
      "o.name as organisation_name",
      "a.name as assignee_name",
      "g.name as team_name",
      "l.number as linked_number",
    ])
    .select(["address.contact_address", "newest.preview"])
    .select(["notice.handed_over", "notice.delivered", "notice.displayed", "notice.failed"])
    .select(["own.clocks", "own.queued_by"])
    .select(tagsOfTicket.as("tags"))
    .where("t.desk_id", "=", deskId);
}

/** Under the names that they have now: two may have been merged since. */
const tagsOfTicket = sql<Tag[]>`(case when t.tag_ids = '{}' then '[]'::json else (
  select coalesce(json_agg(json_build_object('id', n.tag_id, 'name', n.name, 'colour', n.colour) order by lower(n.name)), '[]')
  from tag n where n.desk_id = t.desk_id and n.tag_id in (
    select coalesce(w.merged_into, w.tag_id) from tag w where w.desk_id = t.desk_id and w.tag_id = any(t.tag_ids))) end)`;

/** A ticket's clocks, the response clock first; and which of them it stands in the queue by. */
const clocksOfTicket = sql<{ clocks: StoredClock[]; queued_by: string | null }>`(
  select coalesce(json_agg(json_build_object('target', k.target, 'startedAt', k.started_at, 'dueAt', k.due_at,
      'stoppedAt', k.stopped_at, 'outcome', k.outcome, 'receipt', k.receipt, 'cause', k.cause,
      'pausedAt', k.paused_at, 'published', k.published, 'warned', k.warned)
    order by k.target <> 'response', k.due_at, k.target), '[]') as clocks,
    (array_agg(k.target order by k.outcome = 'pending', k.target <> 'response') filter (where ${isLeading}))[1] as queued_by
  from clock k where k.desk_id = t.desk_id and k.ticket_id = t.ticket_id
)`.as<"own">("own");

/** How far the notice came: of several the one that came furthest, as `bestNotice` (receipt-line.ts) chooses it. A
 *  failure is over once the relay took the mail at a later attempt. Null in all columns where there is none. */
const bestNotice = sql<NoticeWay>`(
  select handed_at is not null as handed_over, delivered, displayed,
    n.state = 'failed' or coalesce(failed_at >= coalesce(handed_at, 0), false) as failed
  from outgoing_mail n
  cross join lateral (
    select min(v.at) filter (where v.rung = 'handed-over') as handed_at,
      max(v.at) filter (where v.rung = 'failed') as failed_at,
      coalesce(bool_or(v.rung = 'delivered'), false) as delivered,
      coalesce(bool_or(v.rung = 'displayed'), false) as displayed
    from evidence v where v.desk_id = n.desk_id and v.outgoing_mail_id = n.outgoing_mail_id
  ) way
  where n.desk_id = t.desk_id and n.ticket_id = t.ticket_id and n.purpose = 'notice'
  order by failed, not (displayed or delivered), not (handed_at is not null), n.created_at, n.outgoing_mail_id limit 1
)`.as<"notice">("notice");

export type NoticeWay = { handed_over: boolean; delivered: boolean; displayed: boolean; failed: boolean };

export type TicketListRow = Awaited<ReturnType<typeof findTicket>> & {};

export async function findTicket(tx: Tx, deskId: DeskId, ticketId: string) {
  const row = await selectTickets(tx, deskId).where("t.ticket_id", "=", ticketId).executeTakeFirst();
  return row ?? null;
}

/** Those of the ids that are the desk's tickets, in no order. */
export async function listTicketsOf(tx: Tx, deskId: DeskId, ids: string[]): Promise<TicketListRow[]> {
  if (ids.length === 0) return [];
  return await selectTickets(tx, deskId).where("t.ticket_id", "in", ids).execute();
}

/** A ticket by what people call it: its number, or its id. */
export async function findTicketByName(tx: Tx, deskId: DeskId, name: string): Promise<string | null> {
  const isNumber = /^[1-9]\d{0,8}$/.test(name);
  if (!isNumber && !UUID.test(name)) return null;
  const found = await tx
    .selectFrom("ticket")
    .select("ticket_id")
    .where("desk_id", "=", deskId)
    .$call((query) => (isNumber ? query.where("number", "=", Number(name)) : query.where("ticket_id", "=", name)))
    .executeTakeFirst();
  return found?.ticket_id ?? null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function ticketExists(tx: Tx, deskId: DeskId, ticketId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("ticket")
    .select("ticket_id")
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .executeTakeFirst();
  return row !== undefined;
}

/** One page of a list; ask for one more than is shown to learn whether there is a next page. */
export async function listTickets(
  tx: Tx,
  deskId: DeskId,
  filter: TicketFilter,
  page: { order: TicketOrder; after: TicketPlace | null; limit: number },
): Promise<TicketListRow[]> {
  let query = selectTickets(tx, deskId);
  const { states, priority, contactId, toBeClassified, words, view } = filter;
  if (states)
    query = coversUnclosed(states) ? query.where("t.state", "<>", "closed") : query.where("t.state", "in", states);
  if (priority) query = query.where("t.priority", "=", priority);
  if (contactId) query = query.where("t.contact_id", "=", contactId);
  if (toBeClassified) query = query.where("t.to_be_classified", "=", true);
  if (filter.ids) query = query.where(sql<boolean>`t.ticket_id = any(${filter.ids}::uuid[])`);
  if (view) query = query.where(viewCondition(view.filter, view.now));
  if (words) query = query.where(sql<boolean>`${containsWords(words)}`);
  const { after } = page;
  if (page.order === "due") {
    if (after)
      query = query.where(
        sql<boolean>`(t.queue_at, ${rank}, t.received_at, t.ticket_id) >
          (${after.queueAt}::bigint, ${after.rank}::integer, ${after.receivedAt}::bigint, ${after.ticketId}::uuid)`,
      );
    query = query.orderBy("t.queue_at").orderBy(rank).orderBy("t.received_at").orderBy("t.ticket_id");
  } else {
    if (after)
      query = query.where(sql<boolean>`(t.received_at, t.ticket_id) < (${after.receivedAt}, ${after.ticketId}::uuid)`);
    query = query.orderBy("t.received_at", "desc").orderBy("t.ticket_id", "desc");
  }
  return query.limit(page.limit).execute();
}

/** Written as the partial index `ticket_queue` has it, so that it is used. */
function coversUnclosed(states: TicketState[]): boolean {
  return UNCLOSED.every((state) => states.includes(state)) && !states.includes("closed");
}

function containsWords(words: string) {
  const pattern = `%${words.replace(/[\\%_]/g, "\\$&")}%`;
  return sql`(t.subject ilike ${pattern} or c.name ilike ${pattern} or address.contact_address ilike ${pattern} or t.number::text = ${words.replace(/^#/, "")})`;
}

/** How many tickets stand in each state, for the list of views. Closed ones are counted to 1,001 at most: more is "1,000+". */
export async function countTickets(tx: Tx, deskId: DeskId, now: Instant) {
  const { rows } = await sql<{ state: string; count: number; breached: number; due_soon: number }>`
    select t.state, count(distinct t.ticket_id) as count,
      count(distinct t.ticket_id) filter (where k.outcome = 'breached') as breached,
      count(distinct t.ticket_id) filter (where k.outcome in ('running', 'pending')
        and k.due_at - greatest(${LEAST_WARNING_MS}, (k.due_at - k.started_at) / 8) <= ${now}) as due_soon
    from ticket t left join clock k on k.desk_id = t.desk_id and k.ticket_id = t.ticket_id and ${isLeading}
    where t.desk_id = ${deskId} and t.state <> 'closed' group by t.state`.execute(tx);
  const closed = await sql<{ count: number }>`
    select count(*) as count from (select from ticket where desk_id = ${deskId} and state = 'closed' limit 1001) capped`.execute(
    tx,
  );
  const unclassified = await sql<{ count: number }>`
    select count(*) as count from (
      select from ticket where desk_id = ${deskId} and to_be_classified and state <> 'closed' limit 1001) capped`.execute(
    tx,
  );
  const of = (state: TicketState) => rows.find((row) => row.state === state)?.count ?? 0;
  const sum = (column: "breached" | "due_soon") => rows.reduce((total, row) => total + row[column], 0);
  return {
    ...{
      new: of("new"),
      open: of("open"),
      waiting: of("waiting"),
      onHold: of("on-hold"),
      closed: closed.rows[0]!.count,
    },
    ...{ dueSoon: sum("due_soon"), breached: sum("breached"), toClassify: unclassified.rows[0]!.count },
  };
}

/** How many mails of a kind an agent has to decide about, to 1,001 at most. */
export async function countApart(tx: Tx, deskId: DeskId, kind: "quarantined" | "held"): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from inbound_mail where desk_id = ${deskId} and kind = ${kind} limit 1001
    ) capped`.execute(tx);
  return rows[0]!.count;
}
