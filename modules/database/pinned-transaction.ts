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
import type { Tables, Tx } from "./tables.ts";

/** Statements on one client, each sent as soon as it is issued. Kysely's own transactions send each only once the
 *  one before was answered. After `end`, further statements are refused: the client may serve another by then. */
export function pinTransaction(client: pg.ClientBase): { tx: Tx; end: () => void } {
  const connection = new PinnedConnection(client);
  const executor = unbound.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) });
  const tx = new Transaction<Tables>({ config: { dialect }, dialect, driver, executor });
  return { tx, end: () => connection.end() };
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
    const { command, rowCount, rows } = await this.#client.query(sql, [...parameters]);
    if (!COUNTED_COMMANDS.has(command)) return { rows: rows as R[] };
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  streamQuery(): never {
    throw new Error("a transaction's rows are not streamed");
  }
}
