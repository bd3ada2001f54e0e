import { setTimeout as pause } from "node:timers/promises";
import { type Instant, instant } from "@permanence/kernel";
import { Kysely, PostgresDialect, sql } from "kysely";
import type pg from "pg";
import { type Bulletin, openPost, startBulletin } from "./bulletin.ts";
import { type DeskId, deskId as asDeskId } from "./desk-id.ts";
import { withPlainRole } from "./plain-role.ts";
import { pinTransaction } from "./pinned-transaction.ts";
import { later, settle } from "./pipelined.ts";
import { openPool, type PoolOptions } from "./pool.ts";
import type { Tables, Tx } from "./tables.ts";
import { isCollision } from "./temporary-failure.ts";

export type Db = {
  /** Runs `work` in one transaction that sees this desk's rows only. What throws inside rolls back; a
   *  collision with another transaction (deadlock, serialization) makes it run again. */
  transaction<T>(deskId: DeskId, work: (tx: Tx) => T | Promise<T>): Promise<T>;
  /** Without a desk: sees `directory` and no row of any other table. */
  directory: Kysely<Tables>;
  ping(): Promise<{ now: Instant; version: string }>;
  close(): Promise<void>;
  /** For this module's own machinery (jobs). */
  pool: pg.Pool;
  /** Where it is, for connections that cannot come from a pool (LISTEN). Holds the password: never log it. */
  url: string;
};

// At once, the loser of a deadlock would take the lock that it has just set free before the winner wakes up to it.
const RETRY_PAUSES_MS = [20, 100];

/** Opens a pool on a migrated database. Throws when no usable server answers there. */
export async function openDatabase(options: PoolOptions): Promise<Db> {
  const url = await withPlainRole(options.url);
  const pool = openPool({ ...options, url });
  const post = openPost(pool);
  const directory = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    async transaction(deskId, work) {
      const { result, bulletin } = await withRetries(() => transact(pool, deskId, work));
      post.send(bulletin);
      return result;
    },
    directory,
    ping: () => ping(directory),
    async close() {
      await post.close();
      await pool.end();
    },
    pool,
    url,
  };
}

async function withRetries<T>(run: () => Promise<T>): Promise<T> {
  for (const pauseMs of RETRY_PAUSES_MS) {
    try {
      return await run();
    } catch (error) {
      if (!isCollision(error)) throw error;
    }
    await pause(pauseMs);
  }
  return run();
}

type Committed<T> = { result: T; bulletin: Bulletin };

async function transact<T>(pool: pg.Pool, deskId: DeskId, work: (tx: Tx) => T | Promise<T>): Promise<Committed<T>> {
  const begin = `begin; set local app.desk_id = '${asDeskId(deskId)}'`; // One round trip instead of two.
  const client = await pool.connect();
  const { tx, flush, end } = pinTransaction(client);
  const bulletin = startBulletin(tx);
  try {
    later(tx, client.query(begin));
    const result = await settle(tx, async () => {
      const worked = await work(tx);
      flush();
      return worked;
    });
    end(); // What is sent behind the commit would run outside of the transaction.
    await commit(client);
    client.release();
    return { result, bulletin };
  } catch (error) {
    end();
    await rollBack(client);
    throw error;
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query("commit");
  // So the server answers where a statement failed whose error nobody passed on.
  if (command === "ROLLBACK") throw new Error("the transaction was rolled back instead of committed");
}

/** Gives the client back, or has the pool drop it where it is unclear what state it is in. */
async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch (error) {
    client.release(error as Error);
  }
}

async function ping(directory: Kysely<Tables>) {
  const { rows } = await sql<{ now: number; version: string }>`
    select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now,
      current_setting('server_version') as version`.execute(directory);
  const { now, version } = rows[0]!;
  return { now: instant(now), version };
}
