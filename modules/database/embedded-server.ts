import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemRandom } from "@permanence/kernel";
import pg from "pg";
import { makeDataDir } from "./data-folder.ts";
import { writeSecret } from "./durable-file.ts";
import { describe, lockFile } from "./file-lock.ts";
import type { Log } from "./log.ts";
import { Obstacle } from "./obstacle.ts";
import { changePassword, createCluster, requireSameMajor } from "./postgres-cluster.ts";
import { keepRunning } from "./postgres-keeper.ts";
import { endOrphan } from "./postgres-orphan.ts";
import { choosePlace, findData, type Place } from "./postgres-place.ts";
import { type Settings, startProcess } from "./postgres-process.ts";
import { serverSettings } from "./postgres-settings.ts";
import { makeSocketFolder, socketFolder } from "./postgres-socket.ts";

export type EmbeddedServer = { url: string; stop(): Promise<void> };
export type EmbeddedOptions = { dataDir: string; log: Log; settings?: Settings; setup?: string[] };

/** Starts the data folder's own PostgreSQL, made where there is none, and keeps it running until `stop`. Refuses
 *  while another process runs it. Should this process die, the server stops with it. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  makeDataDir(options.dataDir);
  const place = await choosePlace(options.dataDir, options.log);
  const lock = lockFile(`${place.data}.lock`);
  if ("holder" in lock) {
    throw new Obstacle(
      `The database in ${options.dataDir} is already run by ${describe(lock.holder)}. Nothing was started.`,
    );
  }
  try {
    const { url, stop } = await startLocked(place, options);
    return { url, stop: () => stop().finally(lock.release) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startLocked(place: Place, { dataDir, log, settings, setup }: EmbeddedOptions): Promise<EmbeddedServer> {
  const password = await makeReady(dataDir, place, log, setup);
  const allSettings = { ...serverSettings(), ...settings };
  const { stop } = await keepRunning(() => startProcess(place, allSettings, log), log);
  return { url: urlOf(place.data, password), stop };
}

/** The server that runs for this data folder now, started by whatever process; null when none does. */
export async function findRunningEmbedded(dataDir: string): Promise<{ url: string } | null> {
  const data = await findData(dataDir);
  const password = await readPassword(dataDir);
  if (data === null || password === null) return null;
  const url = urlOf(data, password);
  return (await canConnect(url)) ? { url } : null;
}

/** Leaves data that no server runs on, and the means to reach it. Returns the password. */
async function makeReady(dataDir: string, place: Place, log: Log, setup?: string[]): Promise<string> {
  const password = await readPassword(dataDir);
  const isNew = !existsSync(place.data);
  if (!isNew) {
    await requireSameMajor(place);
    await endOrphan(place.data, log);
  }
  await makeSocketFolder(place.data, place.account);
  if (password !== null && !isNew) return password;

  const fresh = systemRandom.bytes(24).toString("hex");
  if (isNew) await createCluster(place, fresh, setup);
  else await changePassword(place, fresh);
  await writeSecret(passwordFile(dataDir), `${fresh}\n`);
  return fresh;
}

const passwordFile = (dataDir: string) => join(dataDir, "postgres-password");

async function readPassword(dataDir: string): Promise<string | null> {
  const text = await readFile(passwordFile(dataDir), "utf8").catch(() => "");
  return text.trim() || null;
}

function urlOf(data: string, password: string): string {
  return `postgresql://permanence:${password}@localhost/permanence?host=${encodeURIComponent(socketFolder(data))}`;
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
