import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export type FileLock = { release(): void };

/** Makes this process the only one that uses the data folder; throws, naming the holder, where another does. */
export function lockDataDir(dataDir: string): FileLock {
  try {
    makeFolder(dataDir);
  } catch (error) {
    throw new Error(
      `The data folder ${dataDir} cannot be made: ${(error as Error).message}. Nothing was started. ` +
        `Name another folder with --data.`,
      { cause: error },
    );
  }
  const lock = lockFile(join(dataDir, "permanence.lock"));
  if ("holder" in lock) {
    throw new Error(
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
  const file = new DatabaseSync(path, { timeout: patienceMs });
  try {
    file.exec("begin exclusive");
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return { holder: readHolder(path) };
    throw error;
  }
  held.add(file);
  writeFileSync(holderFile(path), `${process.pid}\n`); // Only ever shown.
  return {
    release() {
      if (held.delete(file)) file.close();
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

/** Step by step: asked for all at once, Node tries for ever where the last step is impossible (below /proc, say). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // Another made it meanwhile.
  }
}
