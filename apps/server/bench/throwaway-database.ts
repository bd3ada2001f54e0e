import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, migrate, openDatabase, startEmbedded } from "@permanence/database";

/** A migrated database of one's own in a folder of its own; `close` removes both. */
export async function openThrowawayDatabase(): Promise<{ db: Db; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "permanence-bench-"));
  await chmod(dataDir, 0o755); // PostgreSQL's own account must be able to enter.
  const log = () => {};
  const removeData = () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  try {
    const server = await startEmbedded({ dataDir, log });
    await migrate(server.url, { log });
    const db = await openDatabase({ url: server.url, maxConnections: 12, applicationName: "permanence bench" });
    return {
      db,
      async close() {
        await db.close();
        await server.stop();
        await removeData();
      },
    };
  } catch (error) {
    await removeData();
    throw error;
  }
}
