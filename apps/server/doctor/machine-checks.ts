import { statfs } from "node:fs/promises";
import type { Db } from "@permanence/database";
import { systemClock } from "@permanence/kernel";
import { fail, type Finding, ok, warn } from "./finding.ts";

const GIB = 2 ** 30;
const DISK_WARN_BYTES = 2 * GIB;
const DISK_FAIL_BYTES = 0.2 * GIB; // PostgreSQL alone wants as much for its log between two checkpoints.

export async function checkDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const freeBytes = bavail * bsize;
  const sentence = `${(freeBytes / GIB).toFixed(1)} GiB are free where ${dataDir} is.`;
  if (freeBytes >= DISK_WARN_BYTES) return ok("disk", sentence);
  const advice = "Free some space: when none is left, mail is refused for the time being (452) until there is.";
  return freeBytes >= DISK_FAIL_BYTES ? warn("disk", sentence, advice) : fail("disk", sentence, advice);
}

const CLOCK_WARN_MS = 1_000;
const CLOCK_FAIL_MS = 5_000;

/** Compares this machine's clock with the database's: promised times are reckoned on the former, proven beside the latter. */
export async function checkClock(db: Db): Promise<Finding> {
  const before = systemClock.now();
  const { now } = await db.ping();
  const after = systemClock.now();
  const apartMs = Math.max(0, before - now, now - after);
  const sentence = `This machine's clock and the database's are ${apartMs} ms apart.`;
  if (apartMs < CLOCK_WARN_MS) return ok("clock", sentence);
  const advice =
    "Let both machines keep time by NTP. Sweeps stop while the clocks disagree, since due times would be wrong.";
  return apartMs < CLOCK_FAIL_MS ? warn("clock", sentence, advice) : fail("clock", sentence, advice);
}
