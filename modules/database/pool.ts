import { assert } from "@permanence/kernel";
import pg from "pg";
import { PreparingClient } from "./preparing-client.ts";

export type PoolOptions = { url: string; maxConnections?: number; applicationName?: string };

const INT8 = 20; // The domain `instant` arrives under this type too.
const INT8_ARRAY = 1016;

/** A pool whose bigints are numbers. It outlives a restart of the server: broken connections are dropped. */
export function openPool({ url, maxConnections = 16, applicationName = "permanence" }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000, // Each costs the server some 6 MB.
    keepAlive: true, // A server that vanished without a word is noticed.
    types: { getTypeParser },
    Client: PreparingClient,
    pipeline: true,
  });
  surviveBrokenConnections(pool);
  return pool;
}

/** A connection that breaks fails the query under way, and the pool drops it. Without these listeners its
 *  error would end the process as well. */
export function surviveBrokenConnections(pool: pg.Pool): void {
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
}

function getTypeParser(type: number, format?: "text" | "binary"): any {
  if (format !== "binary" && type === INT8) return safeInteger;
  if (format !== "binary" && type === INT8_ARRAY) return safeIntegers;
  return pg.types.getTypeParser(type, format);
}

function safeInteger(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `the database holds a whole number too large for the program: ${text}`);
  return value;
}

function safeIntegers(text: string): (number | null)[] {
  const items = pg.types.getTypeParser(INT8_ARRAY as any)(text) as (string | null)[];
  return items.map((item) => (item === null ? null : safeInteger(item)));
}
