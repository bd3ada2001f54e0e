import { setTimeout } from "node:timers/promises";
import {
  type Db,
  findMissingMigrations,
  findRunningEmbedded,
  type Log,
  makeDataDir,
  migrate,
  openDatabase,
  startEmbedded,
} from "@permanence/database";
import type { Configuration } from "./configuration.ts";
import { Refusal } from "./refusal.ts";

/** The open database of an installation. `close` must be called: an embedded server started here ends with it. */
export type Installation = { db: Db; url: string; close(): Promise<void> };

/** Opens the installation's database for a command: DATABASE_URL's, or the embedded one of a running `start`, or the
 *  embedded one started (and brought up to date) for as long as the command lasts. */
export async function openInstallation(configuration: Configuration, log: Log): Promise<Installation> {
  const server = await reachServer(configuration, log);
  try {
    if (server.startedHere) await migrate(server.url, { log });
    const db = await openDatabase({ url: server.url, maxConnections: 4, applicationName: "permanence command" });
    if (!server.startedHere) await refuseUnmigrated(db);
    return {
      db,
      url: server.url,
      async close() {
        await db.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function refuseUnmigrated(db: Db): Promise<void> {
  const missing = await findMissingMigrations(db.url);
  if (missing.length === 0) return;
  await db.close();
  throw new Refusal(`The database lacks ${missing.join(", ")}. Nothing was changed. Run first: permanence migrate`);
}

type Server = { url: string; startedHere: boolean; stop(): Promise<void> };

/** The database server alone, its schema as it is: for `migrate`, which must come before everything. */
export async function reachServer(configuration: Configuration, log: Log): Promise<Server> {
  const stop = async () => {}; // What others started, others stop.
  if (configuration.databaseUrl !== null) return { url: configuration.databaseUrl, startedHere: false, stop };

  const running = await findRunningEmbedded(configuration.dataDir);
  if (running !== null) return { url: running.url, startedHere: false, stop };
  makeDataDir(configuration.dataDir);
  return await startServer(configuration.dataDir, log);
}

async function startServer(dataDir: string, log: Log): Promise<Server> {
  try {
    const embedded = await startEmbedded({ dataDir, log });
    return { url: embedded.url, startedHere: true, stop: () => embedded.stop() };
  } catch (error) {
    const started = await findStartedMeanwhile(dataDir);
    if (started === null) throw error;
    return { url: started.url, startedHere: false, stop: async () => {} };
  }
}

/** The server that another process was starting when we tried to. */
async function findStartedMeanwhile(dataDir: string): Promise<{ url: string } | null> {
  for (let waitedMs = 0; waitedMs < 3_000; waitedMs += 100) {
    const running = await findRunningEmbedded(dataDir);
    if (running !== null) return running;
    await setTimeout(100);
  }
  return null;
}
