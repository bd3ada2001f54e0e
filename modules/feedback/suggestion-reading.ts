import type { z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { type RawBuilder, sql } from "kysely";
import type { About, Moderation, SuggestionRow, SuggestionState } from "./suggestion-tables.ts";
import type { AgentSuggestion, MySuggestion, SuggestionView } from "./suggestion-view.ts";

/** Who reads: what is approved is everybody's; customers see their own beside it, agents see all. */
export type Reader = { kind: "public" } | { kind: "customer"; contactId: string } | { kind: "agent" };

export type Sorting = "votes" | "new";
/** Where a page ends: what it is sorted by, and the id. */
export type After = [number, string];
export type Filter = {
  sort: Sorting;
  state?: SuggestionState | undefined;
  language?: string | undefined;
  about?: About | undefined;
  moderation?: Moderation | undefined;
  ticketId?: string | undefined;
  /** Of this contact's own alone. */
  proposedBy?: string | undefined;
  /** What the title must hold. */
  q?: string | undefined;
  after?: After | undefined;
  limit: number;
};

export type Row = Pick<
  SuggestionRow,
  "about" | "title" | "text" | "language" | "state" | "reason" | "votes" | "signed" | "moderation" | "version"
> & {
  id: string;
  stateAt: Instant;
  createdAt: Instant;
  contactId: string | null;
  moderationReason: string | null;
  mergedInto: string | null;
  mergedTitle: string | null;
  name: string | null;
  organisation: string | null;
  writtenBy: string | null;
  comments: number;
  hasVoted: boolean;
  follows: boolean;
};

/** A list of those that are not merged. */
export function listSuggestions(tx: Tx, deskId: DeskId, reader: Reader, filter: Filter): Promise<Row[]> {
  const { sort, after, limit, ticketId, proposedBy, q } = filter;
  const key = sort === "votes" ? sql`s.votes` : sql`s.created_at`;
  const isLinked = sql`exists (select from suggestion_ticket t
    where t.desk_id = s.desk_id and t.suggestion_id = s.suggestion_id and t.ticket_id = ${ticketId ?? null})`;
  const conditions = [
    ticketId === undefined && proposedBy === undefined ? sql`s.merged_into is null` : sql`true`,
    ...(["state", "language", "about", "moderation"] as const).flatMap((name) =>
      filter[name] === undefined ? [] : [sql`s.${sql.ref(name)} = ${filter[name]}`],
    ),
    ...(ticketId === undefined ? [] : [isLinked]),
    ...(proposedBy === undefined ? [] : [sql`s.contact_id = ${proposedBy}`]),
    ...(q === undefined || q === "" ? [] : [sql`strpos(lower(s.title), lower(${q})) > 0`]),
    ...(after === undefined ? [] : [sql`(${key}, s.suggestion_id) < (${after[0]}, ${after[1]}::uuid)`]),
  ];
  return read(tx, deskId, reader, conditions, sql`order by ${key} desc, s.suggestion_id desc limit ${limit}`);
}

/** One, merged or not; null where this reader may not see it. */
export async function readSuggestion(tx: Tx, deskId: DeskId, reader: Reader, id: string): Promise<Row | null> {
  const [row] = await read(tx, deskId, reader, [sql`s.suggestion_id = ${id}`], sql``);
  return row ?? null;
}

export function visibleTo(reader: Reader, table: "s" | "c" | "m"): RawBuilder<boolean> {
  const of = sql.raw(table);
  if (reader.kind === "agent") return sql<boolean>`true`;
  const isApproved = sql<boolean>`${of}.moderation = 'approved'`;
  return reader.kind === "public"
    ? isApproved
    : sql<boolean>`(${isApproved} or ${of}.contact_id = ${reader.contactId}::uuid)`;
}

async function read(
  tx: Tx,
  deskId: DeskId,
  reader: Reader,
  conditions: RawBuilder<unknown>[],
  end: RawBuilder<unknown>,
): Promise<Row[]> {
  const contactId = reader.kind === "customer" ? reader.contactId : null;
  const ofReader = (table: string) => sql<boolean>`exists (select from ${sql.table(table)} r
    where r.desk_id = s.desk_id and r.suggestion_id = s.suggestion_id and r.contact_id = ${contactId}::uuid
      ${table === "suggestion_follow" ? sql`and r.ended_at is null` : sql``})`;
  const { rows } = await sql<Row>`
    select s.suggestion_id as id, s.about, s.title, s.text, s.language, s.state, s.state_at as "stateAt", s.reason, s.votes,
      s.signed, s.moderation, s.moderation_reason as "moderationReason", s.version, s.created_at as "createdAt",
      s.contact_id as "contactId", m.suggestion_id as "mergedInto", m.title as "mergedTitle",
      p.name, o.name as organisation, a.name as "writtenBy",
      (select count(*) from suggestion_comment c where c.desk_id = s.desk_id and c.suggestion_id = s.suggestion_id
        and ${visibleTo(reader, "c")})::int as comments,
      ${ofReader("suggestion_vote")} as "hasVoted", ${ofReader("suggestion_follow")} as follows
    from suggestion s
    left join suggestion m on m.desk_id = s.desk_id and m.suggestion_id = s.merged_into and ${visibleTo(reader, "m")}
    left join contact p on p.desk_id = s.desk_id and p.contact_id = s.contact_id
    left join organisation o on o.desk_id = p.desk_id and o.organisation_id = p.organisation_id
    left join agent a on a.desk_id = s.desk_id and a.agent_id = s.agent_id
    where s.desk_id = ${deskId} and ${visibleTo(reader, "s")} and ${sql.join(conditions, sql` and `)} ${end}`.execute(
    tx,
  );
  return rows;
}

/** The key of a row in a list that is sorted so. */
export function keyOf(sort: Sorting): (row: Row) => After {
  return (row) => [sort === "votes" ? row.votes : row.createdAt, row.id];
}

export function publicView(row: Row): z.infer<typeof SuggestionView> {
  const { id, about, title, text, language, state, votes, comments, reason } = row;
  return {
    ...{ id, about, title, text, language, state, votes, comments, stateAt: toIso(row.stateAt) },
    ...{ reason: reason as Record<string, string> | null, createdAt: toIso(row.createdAt) },
    by: row.signed ? firstName(row.name) : null,
  };
}

export function myView(row: Row, contactId: string): z.infer<typeof MySuggestion> {
  const { hasVoted, follows, moderation, moderationReason } = row;
  const standing = { isMine: row.contactId === contactId, hasVoted, follows };
  return { ...publicView(row), ...standing, moderation, moderationReason, mergedInto: merged(row) };
}

export function agentView(row: Row): z.infer<typeof AgentSuggestion> {
  const { moderation, moderationReason, writtenBy } = row;
  return {
    ...publicView(row),
    proposer: personOf(row),
    writtenBy,
    moderation,
    moderationReason,
    mergedInto: merged(row),
  };
}

export function merged({ mergedInto: id, mergedTitle: title }: Row) {
  return id === null ? null : { id, title: title! };
}

export function personOf({ contactId, name, organisation }: Pick<Row, "contactId" | "name" | "organisation">) {
  return contactId === null ? null : { contactId, name: name ?? "", organisation };
}

/** All that is ever shown of a customer's name, and only where they asked for it. */
export function firstName(name: string | null): string | null {
  return name?.trim().split(/\s+/)[0] || null;
}
