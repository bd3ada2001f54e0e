import { type Db, type DeskId, gather, insertInto, type Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { type RawBuilder, sql } from "kysely";
import type { SearchDueRow } from "./search-tables.ts";
import { isCorrectable, keysOf } from "./near-words.ts";

/** What can be found. The module that owns it says how its entries are made. */
export type EntryKind = "ticket" | "contact" | "organisation";

/**
 * The entries of these ids as they are now, as a query with the columns `entry_id` (uuid), `at` (instant, of the newest that it
 * holds), `language`, `strong`, `middle` and `weak` (texts, by how much a word in them counts) and `filters` (text[], such as
 * "state:open"). An id without a row there has nothing to be found any more.
 */
export type EntrySource = (deskId: DeskId, ids: string[]) => RawBuilder<unknown>;

/** How the entries of one kind are made, and, as a query of ids, whose entries say something of them. */
export type EntryMaker = {
  source: EntrySource;
  dependents?: { kind: EntryKind; query: EntrySource };
};

/** The entry is written anew soon: in the transaction that changed what it is of. */
export function markDue(tx: Tx, world: World, deskId: DeskId, kind: EntryKind, ids: readonly string[]): void {
  const marked_at = world.clock.now();
  for (const entry_id of ids) gather(tx, dueInsert, { desk_id: deskId, kind, entry_id, marked_at });
}

/** A mark that is there is touched: whoever takes it meanwhile must not take it away before this change is visible. */
const dueInsert = insertInto<SearchDueRow>("search_due", { key: ["desk_id", "kind", "entry_id"] });

/** The same for what a query gives the ids of. */
export async function markFoundDue(
  tx: Tx,
  deskId: DeskId,
  kind: EntryKind,
  query: RawBuilder<unknown>,
  now: Instant,
): Promise<void> {
  await sql`insert into search_due (desk_id, kind, entry_id, marked_at)
    select ${deskId}, ${kind}, id, ${now} from (${query}) found (id) order by id
    on conflict (desk_id, kind, entry_id) do update set marked_at = excluded.marked_at`.execute(tx);
}

/** The mark of what was only just made: whatever says something of it is marked itself. */
export const MADE = instant(0);

const BATCH = 500;

/** Writes what is due, until nothing is. @returns how many entries were written */
export async function writeDueEntries(
  db: Db,
  deskId: DeskId,
  makers: Record<EntryKind, EntryMaker>,
  now: Instant,
): Promise<number> {
  let written = 0;
  for (;;) {
    const taken = await db.transaction(deskId, (tx) => writeBatch(tx, deskId, makers, now));
    written += taken;
    if (taken < BATCH) return written;
  }
}

async function writeBatch(
  tx: Tx,
  deskId: DeskId,
  makers: Record<EntryKind, EntryMaker>,
  now: Instant,
): Promise<number> {
  const { rows } = await sql<{ kind: EntryKind; id: string; isChange: boolean }>`
    delete from search_due d using (
      select kind, entry_id from search_due where desk_id = ${deskId}
      order by marked_at desc limit ${BATCH} for update skip locked
    ) taken
    where d.desk_id = ${deskId} and d.kind = taken.kind and d.entry_id = taken.entry_id
    returning d.kind, d.entry_id as id, d.marked_at > ${MADE} as "isChange"`.execute(tx);
  for (const [kind, of] of Map.groupBy(rows, (row) => row.kind)) {
    const { source, dependents } = makers[kind];
    const ids = of.map(({ id }) => id);
    await writeEntries(tx, deskId, kind, ids, source(deskId, ids));
    const changed = of.filter(({ isChange }) => isChange).map(({ id }) => id);
    if (dependents && changed.length > 0)
      await markFoundDue(tx, deskId, dependents.kind, dependents.query(deskId, changed), now);
  }
  return rows.length;
}

/** A mail may be endless; what stands first tells what it is about. All of it, by stems and as it is written, has less than the
 *  megabyte that a tsvector may have: a longer one would be refused, and every entry beside it with it. */
const MOST_LETTERS = { strong: 10_000, middle: 20_000, weak: 150_000 };

async function writeEntries(tx: Tx, deskId: DeskId, kind: EntryKind, ids: string[], source: RawBuilder<unknown>) {
  const before = await sql<{ word: string }>`
    with removed as (
      delete from search_entry
      where desk_id = ${deskId} and kind = ${kind} and entry_id = any(${ids}::uuid[]) returning words
    )
    select distinct lexeme as word from removed, unnest(words) where lexeme !~ '[^[:alpha:]]'`.execute(tx);
  const { rows } = await sql<{ word: string }>`
    with written as (
      insert into search_entry (desk_id, kind, entry_id, day, language, words)
      select ${deskId}, ${kind}, entry_id, at / 86400000, language,
        ${wordsOf("strong", "A")} || ${wordsOf("middle", "B")} || ${wordsOf("weak", "D")} || array_to_tsvector(filters)
      from (${source}) source
      on conflict (desk_id, kind, entry_id) do update
        set day = excluded.day, language = excluded.language, words = excluded.words
      returning words
    )
    select distinct lexeme as word from written, unnest(words) where lexeme !~ '[^[:alpha:]]'`.execute(tx);
  const words = new Set(rows.map(({ word }) => word));
  await keepWords(tx, deskId, [...words].filter(isCorrectable));
  await dropWords(
    tx,
    deskId,
    before.rows.map(({ word }) => word).filter((word) => !words.has(word)),
  );
}

/** What was erased must not be offered as a correction: words that no entry has any more go. */
async function dropWords(tx: Tx, deskId: DeskId, words: string[]): Promise<void> {
  if (words.length === 0) return;
  const { rows } = await sql<{ word: string }>`
    select word from unnest(${words}::text[]) gone (word) where not exists (
      select from search_entry e where e.desk_id = ${deskId} and e.words @@ quote_literal(gone.word)::tsquery
    )`.execute(tx);
  const gone = rows.flatMap(({ word }) => keysOf(word).map((key) => ({ key, word })));
  if (gone.length === 0) return;
  await sql`delete from search_word w using json_to_recordset(${JSON.stringify(gone)}::json) as g (key text, word text)
    where w.desk_id = ${deskId} and w.key = g.key and w.word = g.word`.execute(tx);
}

/** By the stems of the entry's language and as they are written, both without accents. */
function wordsOf(column: "strong" | "middle" | "weak", weight: string): RawBuilder<unknown> {
  const text = sql`left(source.${sql.raw(column)}, ${MOST_LETTERS[column]})`;
  return sql`setweight(to_tsvector(${configurationOf(sql`source.language`)}, ${text}) || to_tsvector('permanence_simple', ${text}), ${sql.lit(weight)})`;
}

/** Of a language that we know no stems of, words are found as they are written. */
export function configurationOf(language: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(case ${language} when 'fr' then 'permanence_fr' when 'nl' then 'permanence_nl' when 'en' then 'permanence_en'
    else 'permanence_simple' end)::regconfig`;
}

async function keepWords(tx: Tx, deskId: DeskId, words: string[]): Promise<void> {
  if (words.length === 0) return;
  const known = await tx
    .selectFrom("search_word")
    .select("word")
    .where("desk_id", "=", deskId)
    .where(sql<boolean>`(key, word) in (select w, w from unnest(${words}::text[]) w)`)
    .execute();
  const seen = new Set(known.map(({ word }) => word));
  const fresh = words.filter((word) => !seen.has(word)).toSorted(); // In one order: two at a time wait, and do not block.
  const rows = fresh.flatMap((word) => keysOf(word).map((key) => ({ key, word })));
  if (rows.length === 0) return;
  await sql`insert into search_word (desk_id, key, word) select ${deskId}, key, word
    from json_to_recordset(${JSON.stringify(rows)}::json) as s (key text, word text) on conflict do nothing`.execute(
    tx,
  );
}
