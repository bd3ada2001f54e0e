import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Log } from "./log.ts";
import { Obstacle } from "./obstacle.ts";

const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;
const POLL_MS = 20;

/** Ends the server that still runs on this data though the process that started it has died. Called under the
 *  data folder's lock: nobody uses it. */
export async function endOrphan(data: string, log: Log): Promise<void> {
  const pid = await findServer(data);
  if (pid === null) return;
  log(`PostgreSQL (process ${pid}) has outlived the program that started it; ending it first.`);
  if (await end(pid, data, "SIGINT", FAST_STOP_MS)) return;
  if (await end(pid, data, "SIGQUIT", IMMEDIATE_STOP_MS)) return; // Without a checkpoint: the next start recovers.
  throw new Obstacle(`PostgreSQL (process ${pid}) still runs on ${data} and does not end. Nothing was started.`);
}

async function end(pid: number, data: string, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in this very moment.
  }
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += POLL_MS) {
    if ((await findServer(data)) !== pid) return true;
    await pause(POLL_MS);
  }
  return false;
}

async function findServer(data: string): Promise<number | null> {
  const pid = await readServerPid(data);
  return pid !== null && (await commandOf(pid)).includes(data) ? pid : null;
}

/** The process that the server's own lock file names: perhaps long dead, its number perhaps another's by now. */
export async function readServerPid(data: string): Promise<number | null> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  return Number.parseInt(text, 10) || null;
}

/** Empty for a process that has ended, even while nobody has taken note of it (a zombie). */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === "linux") return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const ps = promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]);
  return ps.then(
    ({ stdout }) => stdout,
    () => "",
  );
}
