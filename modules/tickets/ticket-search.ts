import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { configurationOf, findEntries, type Found, readSearchText } from "@permanence/search";
import { sql } from "kysely";
import { FILTER_NAMES, readFilters, type ReadFilters } from "./search-filters.ts";
import { findTicketByName } from "./ticket-store.ts";

/** A text with what was found in it: `marks` are pairs of places in it, from and until. */
export type MarkedText = { text: string; marks: [number, number][] };

export type FoundTickets = {
  ids: string[]; // Best first.
  unread: ReadFilters["unread"];
  corrected: Found["corrected"];
  query: string;
};

/** Finds tickets by what somebody typed. */
export async function searchTickets(
  tx: Tx,
  deskId: DeskId,
  typed: string,
  { agentId, now, limit }: { agentId: string; now: Instant; limit: number },
): Promise<FoundTickets> {
  const text = readSearchText(typed, FILTER_NAMES);
  const { unread, ...filters } = await readFilters(tx, deskId, text.filters, agentId);
  const isNothing = text.words.length + text.phrases.length + filters.filters.length === 0;
  if (isNothing && filters.from === undefined && filters.until === undefined)
    return { ids: [], unread, corrected: [], query: "" };
  const found = await findEntries(tx, deskId, "ticket", { ...text, ...filters }, { now, limit });
  return { ...found, unread };
}

/** The same, for a list that has an order of its own: a ticket's number finds that ticket alone, and at once. */
export async function findAnywhere(
  tx: Tx,
  deskId: DeskId,
  typed: string,
  asked: { agentId: string; now: Instant; limit: number },
): Promise<string[]> {
  const number = /^#?([1-9]\d{0,8})$/.exec(typed)?.[1];
  const id = number === undefined ? null : await findTicketByName(tx, deskId, number);
  return id === null ? (await searchTickets(tx, deskId, typed, asked)).ids : [id];
}

export type Shown = { ticketId: string; subject: MarkedText; said: (MarkedText & { messageId: string }) | null };

/** Around what PostgreSQL found; they stand in no text that it is given. */
const [START, STOP] = ["\u0002", "\u0003"];

/** Where the words stand in each of these tickets: in the subject, and in the message that says most of them. */
export async function showFound(tx: Tx, deskId: DeskId, ids: string[], query: string): Promise<Shown[]> {
  if (ids.length === 0 || query === "") return [];
  const clean = (column: string) => sql`translate(${sql.raw(column)}, ${START + STOP}, '')`;
  const configuration = configurationOf(sql`t.language`);
  const whole = `HighlightAll=true, StartSel="${START}", StopSel="${STOP}"`;
  const parts = `MaxFragments=2, MaxWords=18, MinWords=6, FragmentDelimiter=" … ", StartSel="${START}", StopSel="${STOP}"`;
  const { rows } = await sql<{ ticketId: string; subject: string; messageId: string | null; said: string | null }>`
    select t.ticket_id as "ticketId", best.message_id as "messageId",
      ts_headline(${configuration}, ${clean("t.subject")}, ${query}::tsquery, ${whole}) as subject,
      ts_headline(${configuration}, ${clean("best.said")}, ${query}::tsquery, ${parts}) as said
    from ticket t left join lateral (
      select m.message_id, left(coalesce(nullif(m.reply, ''), m.text), 20000) as said from message m
      where m.desk_id = t.desk_id and m.ticket_id = t.ticket_id
      order by ts_rank(to_tsvector(${configuration}, left(coalesce(nullif(m.reply, ''), m.text), 20000)), ${query}::tsquery) desc, m.at
      limit 1
    ) best on true
    where t.desk_id = ${deskId} and t.ticket_id = any(${ids}::uuid[])`.execute(tx);
  return rows.map(({ ticketId, subject, messageId, said }) => ({
    ticketId,
    subject: readMarks(subject),
    said: messageId === null || said === null ? null : { messageId, ...readMarks(said) },
  }));
}

function readMarks(marked: string): MarkedText {
  const marks: [number, number][] = [];
  let text = "";
  for (const part of marked.split(START)) {
    const end = part.indexOf(STOP);
    if (end > 0) marks.push([text.length, text.length + end]);
    text += part.replace(STOP, "");
  }
  return { text, marks };
}
