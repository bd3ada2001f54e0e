import { assert } from "@permanence/kernel";
import type { Run, Write } from "./gathered-rows.ts";

/** The tables whose rows are gathered, each after those that it refers to (kept by schema.test.ts). */
export const WRITE_ORDER = [
  "blob",
  "inbound_mail",
  "contact",
  "ticket",
  "clock",
  "outgoing_mail",
  "message",
  "attachment",
  "ticket_event",
  "evidence",
  "search_due",
] as const;

export type GatheredTable = (typeof WRITE_ORDER)[number];
export const JOBS_RANK = 2 * WRITE_ORDER.length;

/** Whatever columns a row has; all rows of one write have the same ones. */
type Row = object;

/** Inserts rows. A row whose `key` is in the table already, where a key is given, replaces the one that stands there. */
export function insertInto<R extends Row>(
  table: GatheredTable,
  { key }: { key?: (keyof R & string)[] } = {},
): Write<R> {
  const statement = memoized((columns) => {
    const list = columns.join(", ");
    const insert = `insert into ${table} (${list}) select ${list} from json_populate_recordset(null::${table}, $1::json)`;
    if (!key) return insert;
    const kept = columns.filter((column) => !key.includes(column as keyof R & string));
    const changes = kept.map((column) => `${column} = excluded.${column}`).join(", ");
    return `${insert} on conflict (${key.join(", ")}) do update set ${changes}`;
  });
  return {
    rank: WRITE_ORDER.indexOf(table),
    send: async (run, rows) => {
      await write(run, statement, key ? lastOfEach(rows, key) : rows);
    },
  };
}

/** Changes rows that are there, found by `key`; all other columns that a row has are set. A row that is not there is an
 *  error. Of several changes of one row the last counts. */
export function updateOf<R extends Row>(table: GatheredTable, { key }: { key: (keyof R & string)[] }): Write<R> {
  const statement = memoized((columns) => {
    const changed = columns.filter((column) => !key.includes(column as keyof R & string));
    const changes = changed.map((column) => `${column} = n.${column}`).join(", ");
    const found = key.map((column) => `t.${column} = n.${column}`).join(" and ");
    return `update ${table} t set ${changes} from json_populate_recordset(null::${table}, $1::json) n where ${found}`;
  });
  return {
    rank: WRITE_ORDER.length + WRITE_ORDER.indexOf(table),
    async send(run, rows) {
      const changed = lastOfEach(rows, key);
      const rowCount = await write(run, statement, changed);
      assert(
        rowCount === changed.length,
        `${changed.length} rows of ${table} are there to be changed, not ${rowCount}`,
      );
    },
  };
}

const MOST_CHARACTERS_IN_ONE = 4_000_000;

/** Returns how many rows were written. Large ones go in several statements, so that no text of many times their size is
 *  built. */
async function write(run: Run, statement: (columns: string[]) => string, rows: Row[]): Promise<number> {
  const columns = Object.keys(rows[0]!);
  assert(
    rows.every((row) => Object.keys(row).length === columns.length),
    "rows that are written together have the same columns",
  );
  const sent: Promise<{ rowCount: number | null }>[] = [];
  let some: string[] = [];
  let characters = 0;
  const send = () => void sent.push(run(statement(columns), [`[${some.join(",")}]`]));
  for (const row of rows) {
    const json = JSON.stringify(jsonRow(row));
    if (some.length > 0 && characters + json.length > MOST_CHARACTERS_IN_ONE) {
      send();
      [some, characters] = [[], 0];
    }
    some.push(json);
    characters += json.length;
  }
  send();
  const results = await Promise.all(sent);
  return results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
}

/** One statement cannot write a row twice. */
function lastOfEach<R extends Row>(rows: R[], key: (keyof R)[]): R[] {
  if (rows.length === 1) return rows;
  return [...new Map(rows.map((row) => [key.map((column) => row[column]).join(" "), row])).values()];
}

/** As json_populate_recordset reads it: bytes in hexadecimal, and no half of a surrogate pair, which JSON may hold and
 *  PostgreSQL refuses. */
function jsonRow(row: Row): Row {
  const entries = Object.entries(row).map(([column, value]) => [column, jsonValue(value)]);
  return Object.fromEntries(entries);
}

function jsonValue(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  return Buffer.isBuffer(value) ? `\\x${value.toString("hex")}` : value;
}

function memoized(make: (columns: string[]) => string): (columns: string[]) => string {
  const made = new Map<string, string>();
  return (columns) => {
    const key = columns.join();
    const known = made.get(key) ?? make(columns);
    made.set(key, known);
    return known;
  };
}
