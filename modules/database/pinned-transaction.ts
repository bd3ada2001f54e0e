import { assert } from "@permanence/kernel";
import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  Transaction,
} from "kysely";
import type pg from "pg";
import { startGathering } from "./gathered-rows.ts";
import type { Tables, Tx } from "./tables.ts";

export type PinnedTransaction = {
  tx: Tx;
  /** Sends the rows that wait to be written. */
  flush(): void;
  /** Further statements are refused: the client may serve another by then. */
  end(): void;
};

/** Statements on one client, each sent as soon as it is issued, behind the rows that were gathered before it. Kysely's
 *  own transactions send each only once the one before was answered. */
export function pinTransaction(client: pg.ClientBase): PinnedTransaction {
  const connection = new PinnedConnection(client);
  const executor = unbound.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) });
  const tx = new Transaction<Tables>({ config: { dialect }, dialect, driver, executor });
  const gathered = startGathering(tx);
  connection.flush = () => gathered.flush(tx, (text, values) => client.query(text, values));
  return { tx, flush: () => connection.flush(), end: () => connection.end() };
}

const driver = new DummyDriver(); // Whoever pins the client begins, commits and rolls back.
const dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => driver,
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};
const unbound = new Kysely<Tables>({ dialect }).getExecutor();

const COUNTED_COMMANDS = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

class PinnedConnection implements DatabaseConnection {
  flush = () => {};
  #client: pg.ClientBase;
  #ended = false;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  end(): void {
    this.#ended = true;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    assert(!this.#ended, "the transaction has ended");
    this.flush();
    const { command, rowCount, rows } = await this.#client.query(sql, [...parameters]);
    if (!COUNTED_COMMANDS.has(command)) return { rows: rows as R[] };
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  streamQuery(): never {
    throw new Error("a transaction's rows are not streamed");
  }
}
