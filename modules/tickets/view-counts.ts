import type { Db, DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import { CountedTickets, type WatchDesk } from "./counted-tickets.ts";
import { type OpenGroup, type ResolvedFilter, showsGroup, viewCondition } from "./view-filter.ts";

/** Counts are exact to this; one more stands for all that is beyond. */
export const COUNTED_TO = 1_000;

type Tally = {
  groups: OpenGroup[];
  /** By the filter's JSON. */
  closed: Map<string, Promise<number>>;
};

/** What is counted apart: the views' own tags and organisations. Of others, which no view asks for, none is told apart. */
type Apart = { tagIds: string[]; organisationIds: string[] };

/**
 * How many tickets each view shows. Twenty agents with thirty views each would be six hundred counts after each change. So
 * open tickets are read once for all of them, as groups that no view tells apart (a few hundred, of 20,000 tickets), kept
 * until something changes, and each view adds up its groups.
 */
export class ViewCounts {
  readonly #tallies: CountedTickets<Tally>;

  constructor(watch: WatchDesk) {
    this.#tallies = new CountedTickets(watch);
  }

  /** In the filters' order, each COUNTED_TO + 1 at most. */
  async count(
    db: Db,
    deskId: DeskId,
    now: Instant,
    filters: readonly ResolvedFilter[],
    apart: Apart,
    monotonicMs?: number,
  ): Promise<number[]> {
    const read = async () => ({
      groups: await db.transaction(deskId, (tx) => readOpenGroups(tx, deskId, now, apart)),
      closed: new Map<string, Promise<number>>(),
    });
    const tally = await this.#tallies.of(deskId, read, monotonicMs);
    return Promise.all(
      filters.map(async (filter) =>
        filter.closed ? await countClosed(db, deskId, now, filter, tally) : addUp(filter, tally.groups),
      ),
    );
  }
}

function countClosed(db: Db, deskId: DeskId, now: Instant, filter: ResolvedFilter, { closed }: Tally): Promise<number> {
  const key = JSON.stringify(filter);
  const known = closed.get(key);
  if (known) return known;
  const count = db.transaction(deskId, (tx) => countUpTo(tx, deskId, filter, now));
  closed.set(key, count);
  count.catch(() => closed.delete(key));
  return count;
}

function addUp(filter: ResolvedFilter, groups: readonly OpenGroup[]): number {
  let sum = 0;
  for (const group of groups) if (showsGroup(filter, group)) sum += group.count;
  return Math.min(sum, COUNTED_TO + 1);
}

/** One pass over the open tickets. */
export async function readOpenGroups(
  tx: Tx,
  deskId: DeskId,
  now: Instant,
  { tagIds, organisationIds }: Apart,
): Promise<OpenGroup[]> {
  const tags =
    tagIds.length === 0
      ? sql`'{}'::uuid[]`
      : sql`
    case when t.tag_ids && ${tagIds}::uuid[] then t.tag_ids else '{}' end`;
  const organisation =
    organisationIds.length === 0
      ? sql`null::uuid`
      : sql`(
    select o.id from unnest(${organisationIds}::uuid[]) o (id)
    where o.id = coalesce(t.organisation_id, (
      select c.organisation_id from contact c where c.desk_id = t.desk_id and c.contact_id = t.contact_id)))`;
  const { rows } = await sql<OpenGroup>`
    select t.state, t.priority, t.team_id as "teamId", t.assignee_id as "assigneeId", t.language,
      t.is_late as "isLate", coalesce(t.snoozed_until > ${now}, false) as "isSnoozed",
      ${tags} as "tagIds", ${organisation} as "organisationId", count(*) as count
    from ticket t where t.desk_id = ${deskId} and t.state <> 'closed'
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9`.execute(tx);
  return rows;
}

async function countUpTo(tx: Tx, deskId: DeskId, filter: ResolvedFilter, now: Instant): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from ticket t where t.desk_id = ${deskId} and ${viewCondition(filter, now)} limit ${COUNTED_TO + 1}) capped`.execute(
    tx,
  );
  return rows[0]!.count;
}
