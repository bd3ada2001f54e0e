import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { sql } from "kysely";
import { personOf } from "./suggestion-reading.ts";

type Row = {
  suggestionId: string;
  commentId: string | null;
  title: string;
  text: string;
  language: string;
  at: Instant;
  contactId: string | null;
  name: string | null;
  organisation: string | null;
  total: number;
};

const waitingItems = (deskId: DeskId) => sql`
  select desk_id, suggestion_id, null::uuid as comment_id, title, text, language, created_at as at, contact_id
  from suggestion where desk_id = ${deskId} and moderation = 'waiting' and merged_into is null
  union all
  select c.desk_id, c.suggestion_id, c.comment_id, s.title, c.text, c.language, c.at, c.contact_id
  from suggestion_comment c join suggestion s on s.desk_id = c.desk_id and s.suggestion_id = c.suggestion_id
  where c.desk_id = ${deskId} and c.moderation = 'waiting'`;

/** What waits for an agent, the oldest first, and how much it is. */
export async function readWaiting(tx: Tx, deskId: DeskId, limit: number) {
  const { rows } = await sql<Row>`
    select w.suggestion_id as "suggestionId", w.comment_id as "commentId", w.title, w.text, w.language, w.at,
      w.contact_id as "contactId", p.name, o.name as organisation, count(*) over ()::int as total
    from (${waitingItems(deskId)}) w
    left join contact p on p.desk_id = w.desk_id and p.contact_id = w.contact_id
    left join organisation o on o.desk_id = p.desk_id and o.organisation_id = p.organisation_id
    order by w.at, w.suggestion_id limit ${limit}`.execute(tx);
  const items = rows.map(({ suggestionId, commentId, title, text, language, at, ...person }) => ({
    ...{ suggestionId, commentId, title, text, language, at: toIso(at), proposer: personOf(person) },
  }));
  return { count: rows[0]?.total ?? 0, items };
}

/** How much of this contact's waits: nobody may fill the agents' queue alone. */
export async function countWaitingOf(tx: Tx, deskId: DeskId, contactId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (${waitingItems(deskId)}) w where w.contact_id = ${contactId}`.execute(tx);
  return rows[0]!.count;
}
