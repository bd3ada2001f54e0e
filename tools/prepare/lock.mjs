import { closeSync, openSync, renameSync, statSync, unlinkSync, utimesSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

// The holder touches its file every second, so one that was killed, or whose machine was, is seen to be gone.
const BEAT_MS = 1_000;
const GONE_AFTER_MS = 15_000;

/** Runs `work` while no other process runs its own under the same path; waits for one that does. */
export async function withLock(path, work) {
  await takeLock(path);
  const beat = setInterval(() => utimesSync(path, new Date(), new Date()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    unlinkSync(path);
  }
}

async function takeLock(path) {
  for (let waitedMs = 0; ; waitedMs += 200) {
    try {
      closeSync(openSync(path, "wx"));
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (waitedMs === 1_000) console.log("Waiting for another process that prepares this folder…");
    removeAbandoned(path);
    await sleep(200);
  }
}

function removeAbandoned(path) {
  const aside = `${path}.${process.pid}`;
  try {
    if (Date.now() - statSync(path).mtimeMs < GONE_AFTER_MS) return;
    renameSync(path, aside); // Of several that wait, one moves the file away; the others find none.
    unlinkSync(aside);
  } catch (error) {
    if (error.code !== "ENOENT") throw error; // Given back, or moved away, between two of our steps.
  }
}
