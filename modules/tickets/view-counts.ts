import type { Db, DeskId, Tx } from "@permanence/database";
import { type Instant, systemClock } from "@permanence/kernel";
import { sql } from "kysely";
import { type OpenGroup, type ResolvedFilter, showsGroup, viewCondition } from "./view-filter.ts";

/** Counts are exact to this; one more stands for all that is beyond. */
export const COUNTED_TO = 1_000;

/** A change makes counts old at once; time alone (a snooze that ends) after this. */
const FRESH_MS = 5_000;

/** Tells of each change of a desk, until the returned function is called. */
export type WatchDesk = (deskId: DeskId, heard: (change: { type: string }) => void) => () => void;

type Tally = {
  readAtMs: number;
  groups: Promise<OpenGroup[]>;
  /** By the filter's JSON. */
  closed: Map<string, Promise<number>>;
};

/** What is counted apart: the views' own tags and organisations. Of others, which no view asks for, none is told apart. */
type Apart = { tagIds: string[]; organisationIds: string[] };

/**
 * How many tickets each view shows. Twenty agents with thirty views each would be six hundred counts after each change. So
 * open tickets are read once for all of them, as groups that no view tells apart (a few hundred, of 20,000 tickets), kept
 * until something changes, and each view adds up its groups. Those who ask at the same time share one reading.
 */
export class ViewCounts {
  readonly #watch: WatchDesk;
  readonly #tallies = new Map<DeskId, Tally>();
  readonly #watched = new Set<DeskId>();

  constructor(watch: WatchDesk) {
    this.#watch = watch;
  }

  /** In the filters' order, each COUNTED_TO + 1 at most. @param monotonicMs so that no change of the machine's clock keeps
   *  old counts */
  async count(
    db: Db,
    deskId: DeskId,
    now: Instant,
    filters: readonly ResolvedFilter[],
    apart: Apart,
    monotonicMs = systemClock.monotonicMs(),
  ): Promise<number[]> {
    this.#listen(deskId);
    const kept = this.#tallies.get(deskId);
    const isFresh = kept !== undefined && monotonicMs - kept.readAtMs < FRESH_MS;
    const tally = isFresh ? kept : this.#read(db, deskId, now, apart, monotonicMs);
    const groups = await tally.groups;
    return Promise.all(
      filters.map(async (filter) =>
        filter.closed ? await this.#countClosed(db, deskId, now, filter, tally) : addUp(filter, groups),
      ),
    );
  }

  #listen(deskId: DeskId): void {
    if (this.#watched.has(deskId)) return;
    this.#watched.add(deskId);
    this.#watch(deskId, ({ type }) => {
      if (!SILENT.has(type)) this.#tallies.delete(deskId);
    });
  }

  #read(db: Db, deskId: DeskId, now: Instant, apart: Apart, readAtMs: number): Tally {
    const groups = db.transaction(deskId, (tx) => readOpenGroups(tx, deskId, now, apart));
    const tally: Tally = { readAtMs, groups, closed: new Map() };
    this.#tallies.set(deskId, tally);
    groups.catch(() => this.#tallies.get(deskId) === tally && this.#tallies.delete(deskId)); // A failure is not kept.
    return tally;
  }

  #countClosed(db: Db, deskId: DeskId, now: Instant, filter: ResolvedFilter, { closed }: Tally): Promise<number> {
    const key = JSON.stringify(filter);
    const known = closed.get(key);
    if (known) return known;
    const count = db.transaction(deskId, (tx) => countUpTo(tx, deskId, filter, now));
    closed.set(key, count);
    count.catch(() => closed.delete(key));
    return count;
  }
}

/** Changes that move no ticket from one view to another. */
const SILENT = new Set(["presence", "news", "inbound-mail", "outgoing-mail", "alert", "call-out", "incident"]);

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
