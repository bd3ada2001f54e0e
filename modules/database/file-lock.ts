import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeDataDir } from "./data-folder.ts";
import { Obstacle } from "./obstacle.ts";

export type FileLock = { release(): void };

/** Makes this process the only one that uses the data folder; throws, naming the holder, where another does. */
export function lockDataDir(dataDir: string): FileLock {
  makeDataDir(dataDir);
  const lock = lockFile(join(dataDir, "permanence.lock"));
  if ("holder" in lock) {
    throw new Obstacle(
      `The data folder ${dataDir} is in use by ${describe(lock.holder)}. ` +
        `Nothing was started. Stop that one first, or name another folder with --data.`,
    );
  }
  return lock;
}

/** Takes the lock that `path` stands for, or says who has it. An empty SQLite database serves as the lock,
 *  because SQLite locks it with fcntl: the kernel lets go when the process dies, kill -9 included, no child
 *  inherits it, and no process id can be mistaken for another. Nothing else in Node reaches fcntl. */
export function lockFile(path: string, patienceMs = PATIENCE_MS): FileLock | { holder: number | null } {
  let file: DatabaseSync | null = null;
  try {
    file = new DatabaseSync(path, { timeout: patienceMs });
    file.exec("begin exclusive");
    writeFileSync(holderFile(path), `${process.pid}\n`); // Only ever shown.
  } catch (error) {
    file?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return { holder: readHolder(path) };
    throw new Obstacle(
      `${path} cannot be written: ${(error as Error).message}. Nothing was started. ` +
        `See who owns its folder and whether the disk is full, or name another folder with --data.`,
      { cause: error },
    );
  }
  const lock = file;
  held.add(lock);
  return {
    release() {
      if (held.delete(lock)) lock.close();
    },
  };
}

const held = new Set<DatabaseSync>(); // Were it collected as garbage, its lock would end.

const SQLITE_BUSY = 5;
const PATIENCE_MS = 1_000; // A process that was killed needs a moment to die.

const holderFile = (path: string) => `${path}-holder`;

function readHolder(path: string): number | null {
  try {
    return Number.parseInt(readFileSync(holderFile(path), "utf8"), 10) || null;
  } catch {
    return null;
  }
}

export function describe(holder: number | null): string {
  return holder === null ? "another process" : `process ${holder}`;
}
