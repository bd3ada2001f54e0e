import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { sql } from "kysely";
import {
  agentView,
  firstName,
  merged,
  myView,
  personOf,
  publicView,
  type Reader,
  readSuggestion,
  visibleTo,
} from "./suggestion-reading.ts";
import type { EventType, Moderation, SuggestionState } from "./suggestion-tables.ts";

const PUBLIC_HISTORY: EventType[] = ["proposed", "state", "merged-into", "merged-from"];
const MOST_SAID = 500;

/** A suggestion with all that anybody may know of it; null where there is none. */
export async function readPublicWhole(tx: Tx, deskId: DeskId, id: string) {
  const parts = await readParts(tx, deskId, { kind: "public" }, id);
  if (parts === null) return null;
  const { row, said, history } = parts;
  return { ...publicView(row), mergedInto: merged(row), history, said: said.map(publicComment) };
}

/** The same for a customer, with what is their own. */
export async function readMyWhole(tx: Tx, deskId: DeskId, contactId: string, id: string) {
  const parts = await readParts(tx, deskId, { kind: "customer", contactId }, id);
  if (parts === null) return null;
  const { row, said, history } = parts;
  const mine = said.map((comment) => ({
    ...publicComment(comment),
    isMine: comment.contactId === contactId,
    ...{ moderation: comment.moderation, moderationReason: comment.moderationReason },
  }));
  return { ...myView(row, contactId), history, said: mine };
}

/** The same for agents, with whose it is, the tickets beside it, and whom its changes reached. */
export async function readAgentWhole(tx: Tx, deskId: DeskId, id: string) {
  const parts = await readParts(tx, deskId, { kind: "agent" }, id);
  if (parts === null) return null;
  const { row, said, history } = parts;
  const all = said.map((comment) => ({
    ...{ ...publicComment(comment), by: comment.agentName, proposer: personOf(comment) },
    ...{ moderation: comment.moderation, moderationReason: comment.moderationReason },
  }));
  const beside = await readBeside(tx, deskId, id);
  return { ...agentView(row), history, said: all, version: row.version, ...beside };
}

async function readParts(tx: Tx, deskId: DeskId, reader: Reader, id: string) {
  const row = await readSuggestion(tx, deskId, reader, id);
  if (row === null) return null;
  return { row, said: await readSaid(tx, deskId, reader, id), history: await readHistory(tx, deskId, reader, id) };
}

type Comment = {
  id: string;
  text: string;
  language: string;
  at: Instant;
  official: boolean;
  signed: boolean;
  contactId: string | null;
  name: string | null;
  organisation: string | null;
  agentName: string | null;
  moderation: Moderation;
  moderationReason: string | null;
  movedFrom: string | null;
  movedTitle: string | null;
};

async function readSaid(tx: Tx, deskId: DeskId, reader: Reader, id: string): Promise<Comment[]> {
  const { rows } = await sql<Comment>`
    select c.comment_id as id, c.text, c.language, c.at, c.official, c.signed, c.contact_id as "contactId", p.name,
      o.name as organisation, a.name as "agentName", c.moderation, c.moderation_reason as "moderationReason",
      m.suggestion_id as "movedFrom", m.title as "movedTitle"
    from suggestion_comment c
    left join suggestion m on m.desk_id = c.desk_id and m.suggestion_id = c.moved_from and ${visibleTo(reader, "m")}
    left join contact p on p.desk_id = c.desk_id and p.contact_id = c.contact_id
    left join organisation o on o.desk_id = p.desk_id and o.organisation_id = p.organisation_id
    left join agent a on a.desk_id = c.desk_id and a.agent_id = c.agent_id
    where c.desk_id = ${deskId} and c.suggestion_id = ${id} and ${visibleTo(reader, "c")}
    order by c.at, c.comment_id limit ${MOST_SAID}`.execute(tx);
  return rows;
}

function publicComment({ id, text, language, at, official, signed, name, movedFrom, movedTitle }: Comment) {
  return {
    ...{ id, text, language, at: toIso(at), official, by: signed ? firstName(name) : null },
    movedFrom: movedFrom === null ? null : { id: movedFrom, title: movedTitle! },
  };
}

type Event = {
  at: Instant;
  type: EventType;
  by: string | null;
  data: { from?: SuggestionState; to?: SuggestionState; votes?: number; counted?: number };
  otherId: string | null;
  otherTitle: string | null;
};

/** Agents see who did what; others see what became of it. */
async function readHistory(tx: Tx, deskId: DeskId, reader: Reader, id: string) {
  const isAgent = reader.kind === "agent";
  const types = isAgent ? sql`true` : sql`e.type = any(${PUBLIC_HISTORY}::text[])`;
  const { rows } = await sql<Event>`
    select e.at, e.type, a.name as by, e.data, m.suggestion_id as "otherId", m.title as "otherTitle"
    from suggestion_event e
    left join suggestion m on m.desk_id = e.desk_id and m.suggestion_id = (e.data->>'suggestionId')::uuid
      and ${visibleTo(reader, "m")}
    left join agent a on a.desk_id = e.desk_id and e.actor = 'agent:' || a.agent_id
    where e.desk_id = ${deskId} and e.suggestion_id = ${id} and ${types}
    order by e.at, e.event_id limit ${MOST_SAID}`.execute(tx);
  return rows.map(({ at, type, by, data, otherId, otherTitle }) => ({
    ...{ at: toIso(at), type, by: isAgent ? by : null, from: data.from ?? null, to: data.to ?? null },
    other: otherId === null ? null : { id: otherId, title: otherTitle! },
    ...{ votes: data.votes ?? null, counted: data.counted ?? null },
  }));
}

type Linked = { id: string; number: number; subject: string; made: "suggestion" | "ticket" };
type Counts = { followers: number; waiting: number; queued: number; others: number };

async function readBeside(tx: Tx, deskId: DeskId, id: string) {
  const tickets = await sql<Linked>`
    select t.ticket_id as id, t.number, t.subject, l.made
    from suggestion_ticket l join ticket t on t.desk_id = l.desk_id and t.ticket_id = l.ticket_id
    where l.desk_id = ${deskId} and l.suggestion_id = ${id} order by l.at, t.number`.execute(tx);
  const { rows } = await sql<Counts>`
    select (select count(*) from suggestion_follow
        where desk_id = ${deskId} and suggestion_id = ${id} and ended_at is null)::int as followers,
      count(*) filter (where done_at is null)::int as waiting, count(*) filter (where outcome = 'queued')::int as queued,
      count(*) filter (where outcome <> 'queued')::int as others
    from suggestion_news where desk_id = ${deskId} and suggestion_id = ${id}`.execute(tx);
  const { followers, ...news } = rows[0]!;
  return { tickets: tickets.rows, followers, news };
}
