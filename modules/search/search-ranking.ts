import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { type RawBuilder, sql } from "kysely";
import { isCorrectable, isNear, keysOf } from "./near-words.ts";
import type { SearchText } from "./query-text.ts";
import type { EntryKind } from "./search-index.ts";

export type Asked = Pick<SearchText, "words" | "phrases" | "without"> & {
  /** Which must, and must not, be among an entry's filters: each a list of which one is enough. */
  filters: { anyOf: string[]; isNot: boolean }[];
  /** Days since 1970-01-01, both included. */
  from?: number | null;
  until?: number | null;
};

export type Found = {
  ids: string[]; // Best first.
  /** What was read for words that nothing, or next to nothing, has as they were typed. */
  corrected: { typed: string; read: string[] }[];
  /** To mark what was found: `tsquery` as text. Empty where no word was asked for. */
  query: string;
};

const DAY_MS = 86_400_000;
/** How far back is looked, in days: further only while too little is found. What is new is what people look for. */
const WINDOWS = [2, 14, 90, null];
const ENOUGH = 50;
/** How many are weighed in one window: a word that stands nearly everywhere tells nothing of any. */
const MOST_WEIGHED = 2_000;
/** A word that fewer entries have is perhaps an error of typing. */
const RARE = 3;
const MOST_CORRECTIONS = 5;

/**
 * The entries that hold all that was asked for, best first: words of a subject or a name count more than those of a text, and
 * of two alike the newer goes first. Without words, the newest. Each word is found by its stem in any language, and from three
 * letters on by its beginning.
 */
export async function findEntries(
  tx: Tx,
  deskId: DeskId,
  kind: EntryKind,
  asked: Asked,
  { now, limit }: { now: Instant; limit: number },
): Promise<Found> {
  const today = Math.min(Math.floor(now / DAY_MS), asked.until ?? Number.MAX_SAFE_INTEGER);
  const corrected: Found["corrected"] = [];
  const parts: string[] = [];
  for (const word of await meaningful(tx, asked.words)) {
    const query = await queryOfWord(tx, word);
    const others = await findCorrections(tx, deskId, kind, word, query);
    if (others.length > 0) corrected.push({ typed: word, read: others });
    const read = await Promise.all(others.map((other) => queryOfWord(tx, other)));
    parts.push(`(${[query, ...read].filter((each) => each !== "").join(" | ")})`);
  }
  for (const phrase of asked.phrases) parts.push(`(${await queryOfPhrase(tx, phrase)})`);
  const words = parts.filter((part) => part !== "()").join(" & ");
  for (const word of asked.without) parts.push(`!(${await queryOfWord(tx, word)})`);
  for (const { anyOf, isNot } of asked.filters)
    parts.push(`${isNot ? "!" : ""}(${anyOf.map(quoted).join(" | ") || quoted("none:none")})`);
  const all = parts.filter((part) => !/^!?\(\)$/.test(part)).join(" & ");
  for (const days of WINDOWS) {
    const since = days === null ? (asked.from ?? null) : Math.max(today - days, asked.from ?? 0);
    const until = asked.until ?? null;
    const ids = await findInWindow(tx, deskId, { kind, all, words, today, since, until, limit });
    if (ids.length >= Math.min(ENOUGH, limit) || days === null) return { ids, corrected, query: words };
  }
  return { ids: [], corrected, query: words };
}

type Window = { kind: EntryKind; all: string; words: string; today: number; limit: number } & Record<
  "since" | "until",
  number | null
>;

async function findInWindow(tx: Tx, deskId: DeskId, window: Window): Promise<string[]> {
  const { kind, all, words, today, limit } = window;
  const since = window.since === null ? sql`` : sql`and day >= ${window.since}`;
  const until = window.until === null ? sql`` : sql`and day <= ${window.until}`;
  const having = all === "" ? sql`` : sql`and words @@ ${all}::tsquery`;
  // Found first and weighed then: to weigh reads the whole entry.
  const weighed =
    words === ""
      ? sql`day`
      : sql`ts_rank('{0.1, 0.3, 0.6, 1.0}', words, ${words}::tsquery, 1) * (1 + 1 / (1 + greatest(0, ${today} - day) / 30.0))`;
  const { rows } = await sql<{ id: string }>`
    select entry_id as id from (
      select entry_id, day, words from search_entry
      where desk_id = ${deskId} and kind = ${kind} ${since} ${until} ${having} limit ${MOST_WEIGHED}
    ) found
    order by ${weighed} desc, day desc, entry_id desc limit ${limit}`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Without those that every text has ("the", "de"), unless there are no others. */
async function meaningful(tx: Tx, words: string[]): Promise<string[]> {
  if (words.length < 2) return words;
  const { rows } = await sql<{ word: string }>`
    select word from unnest(${words}::text[]) with ordinality w (word, place)
    where plainto_tsquery('permanence_fr', word)::text <> '' and plainto_tsquery('permanence_nl', word)::text <> ''
      and plainto_tsquery('permanence_en', word)::text <> '' order by place`.execute(tx);
  return rows.length === 0 ? words : rows.map(({ word }) => word);
}

const SHORTEST_BEGINNING = 3;

/** A `tsquery` as text. */
async function queryOfWord(tx: Tx, word: string): Promise<string> {
  const isPlain = /^[\p{L}\p{N}]+$/u.test(word);
  const simple: RawBuilder<unknown> =
    isPlain && word.length >= SHORTEST_BEGINNING
      ? sql`to_tsquery('permanence_simple', ${`${quoted(word)}:*`})`
      : sql`plainto_tsquery('permanence_simple', ${word})`;
  const { rows } = await sql<{ query: string }>`
    select (plainto_tsquery('permanence_fr', ${word}) || plainto_tsquery('permanence_nl', ${word})
      || plainto_tsquery('permanence_en', ${word}) || ${simple})::text as query`.execute(tx);
  return rows[0]!.query;
}

async function queryOfPhrase(tx: Tx, phrase: string): Promise<string> {
  const { rows } = await sql<{ query: string }>`
    select phraseto_tsquery('permanence_simple', ${phrase})::text as query`.execute(tx);
  return rows[0]!.query;
}

/** A lexeme of its own, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** The words that one error of typing makes this one of, where next to nothing has it as it was typed. */
async function findCorrections(
  tx: Tx,
  deskId: DeskId,
  kind: EntryKind,
  word: string,
  query: string,
): Promise<string[]> {
  const folded = await fold(tx, word);
  if (!isCorrectable(folded) || query === "") return [];
  const { rows: seen } = await sql`select from search_entry
    where desk_id = ${deskId} and kind = ${kind} and words @@ ${query}::tsquery limit ${RARE}`.execute(tx);
  if (seen.length >= RARE) return [];
  const rows = await tx
    .selectFrom("search_word")
    .select("word")
    .distinct()
    .where("desk_id", "=", deskId)
    .where("key", "in", keysOf(folded))
    .execute();
  return rows
    .map((row) => row.word)
    .filter((other) => other !== folded && isNear(other, folded))
    .slice(0, MOST_CORRECTIONS);
}

async function fold(tx: Tx, word: string): Promise<string> {
  const { rows } = await sql<{ folded: string }>`select lower(unaccent(${word})) as folded`.execute(tx);
  return rows[0]!.folded;
}
