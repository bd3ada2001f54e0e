import { assert } from "@permanence/kernel";
import type pg from "pg";
import { later } from "./pipelined.ts";
import type { Tx } from "./tables.ts";

// A statement that writes one row costs the server and us some ten times what the row itself does. So a transaction's
// rows are gathered, and written table by table, many in one statement: before its next statement, so that each sees
// what was written before it, and before its commit. Whoever puts rows one after another without asking the database
// anything between pays for a few statements, however many the rows are.

/** One kind of write: what was gathered for it goes together. */
export type Write<Row> = {
  /** Smaller is sent first: a row goes before those that refer to it. */
  rank: number;
  send(run: Run, rows: Row[]): Promise<unknown>;
};

/** Sends a statement on the transaction's own connection. */
export type Run = (text: string, values: unknown[]) => Promise<pg.QueryResult>;

const gatheredOf = new WeakMap<Tx, GatheredRows>();

export class GatheredRows {
  readonly #rows = new Map<Write<any>, unknown[]>();

  add<Row>(write: Write<Row>, row: Row): void {
    const rows = this.#rows.get(write);
    if (rows) rows.push(row);
    else this.#rows.set(write, [row]);
  }

  has(row: unknown): boolean {
    return this.#rows.values().some((rows) => rows.includes(row));
  }

  /** Sends all that was gathered, without waiting for the answers: the transaction does, before its commit. */
  flush(tx: Tx, run: Run): void {
    if (this.#rows.size === 0) return;
    const writes = [...this.#rows].toSorted(([a], [b]) => a.rank - b.rank);
    this.#rows.clear();
    for (const [write, rows] of writes) later(tx, write.send(run, rows));
  }
}

export function startGathering(tx: Tx): GatheredRows {
  const gathered = new GatheredRows();
  gatheredOf.set(tx, gathered);
  return gathered;
}

/** Has a row written by the transaction's next statement or commit, together with others of its kind. */
export function gather<Row>(tx: Tx, write: Write<Row>, row: Row): void {
  requireGathered(tx).add(write, row);
}

/** Whether this very row still waits to be written: then changing it is enough. */
export function isGathered(tx: Tx, row: unknown): boolean {
  return requireGathered(tx).has(row);
}

function requireGathered(tx: Tx): GatheredRows {
  const gathered = gatheredOf.get(tx);
  assert(gathered !== undefined, "only a transaction of Db.transaction gathers rows");
  return gathered;
}
