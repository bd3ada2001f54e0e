import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "./log.ts";
import { programOf } from "./postgres-binaries.ts";
import { serverEnvironment } from "./postgres-cluster.ts";
import { readServerPid } from "./postgres-orphan.ts";
import type { Place } from "./postgres-place.ts";
import { socketFolder } from "./postgres-socket.ts";
import { startWatched, type WatchedProcess } from "./watched-process.ts";
import { Obstacle } from "./obstacle.ts";

const FAST_STOP_MS = 20_000;
const READY_POLL_MS = 20;
const LONG_START_MS = 10_000;
const LAST_WORDS = 20;
// What it tells each connection that comes while it starts or stops.
const HUM = /the database system is |DETAIL:  Consistent recovery state|terminating connection due to /;

export type ServerProcess = { ended: Promise<void>; stop(): Promise<void>; lastWords(): string };
export type Settings = Record<string, string>;

/** Starts the server and resolves once it takes connections, however long its recovery lasts. */
export async function startProcess(place: Place, settings: Settings, log: Log): Promise<ServerProcess> {
  const watched = await spawnServer(place, settings);
  const server = serverProcess(watched, log);
  const late = setTimeout(
    () => log("PostgreSQL is recovering from a sudden end; this can take minutes."),
    LONG_START_MS,
  );
  try {
    await waitUntilReady(server, watched.child.pid, place.data);
  } finally {
    clearTimeout(late);
  }
  return server;
}

async function spawnServer(place: Place, settings: Settings): Promise<WatchedProcess> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [programOf(place.binaries, "postgres"), "-D", place.data, "-k", socketFolder(place.data), ...flags];
  // The server takes a stale lock file for a live server's if its process number is in use again, as after the
  // restart of a container. It believes a number to be stale that is its grandparent's (miscinit.c). Deleting
  // the file instead would also end its check that no backend of the dead server writes any more.
  const stalePid = await readServerPid(place.data);
  const env = { ...serverEnvironment(), ...(stalePid && { PG_GRANDPARENT_PID: String(stalePid) }) };
  return startWatched(command, { account: place.account, env, whenWeDie: "interrupt" }); // SIGINT: fast shutdown.
}

function serverProcess({ child, ended, end }: WatchedProcess, log: Log): ServerProcess {
  const words: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => {
    if (HUM.test(line)) return;
    words.push(line);
    if (words.length > LAST_WORDS) words.shift();
    if (line.includes("PANIC:")) log(`PostgreSQL: ${line}`);
  });
  child.stdout!.resume();
  const over = ended.then(
    () => {},
    (error: Error) => void words.push(error.message),
  );
  return {
    ended: over,
    lastWords: () => words.join("\n"),
    async stop() {
      end();
      const late = setTimeout(() => child.kill("SIGQUIT"), FAST_STOP_MS); // At once: the next start recovers.
      await over;
      clearTimeout(late);
    },
  };
}

async function waitUntilReady(server: ServerProcess, pid: number | undefined, data: string): Promise<void> {
  const ended = server.ended.then(() => true);
  while (!(await isReady(pid, data))) {
    if (await Promise.race([ended, pause(READY_POLL_MS, false)])) {
      throw new Obstacle(`PostgreSQL did not start: ${server.lastWords() || "it said nothing"}`);
    }
  }
}

/** The server writes its number and state into its lock file: lines 1 and 8. */
async function isReady(pid: number | undefined, data: string): Promise<boolean> {
  const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}
