import { once } from "node:events";
import { createConnection } from "node:net";
import { createInterface } from "node:readline";
import { type Db, openDatabase } from "./database.ts";

/** Where the test run's server listens for requests; set by test-database-server.ts. */
export const TEST_DATABASE_SOCKET = "PERMANENCE_TEST_DATABASE_SOCKET";

export type TestDatabase = { db: Db; url: string; close(): Promise<void> };

/** For tests: a migrated database of one's own, on the one server of the test run. Takes some 50 ms. */
export async function testDatabase(options: { maxConnections?: number } = {}): Promise<TestDatabase> {
  const path = process.env[TEST_DATABASE_SOCKET];
  if (path === undefined)
    throw new Error("testDatabase() works in tests only: vitest's globalSetup starts its server.");
  const server = createConnection(path).unref();
  const [line] = (await once(createInterface({ input: server }), "line")) as [string];
  const answer = JSON.parse(line) as { url: string } | { error: string };
  if ("error" in answer) throw new Error(answer.error);
  const db = await openDatabase({ url: answer.url, maxConnections: 8, ...options });
  return {
    db,
    url: answer.url,
    async close() {
      await db.close();
      server.destroy(); // The server drops the database.
    },
  };
}
