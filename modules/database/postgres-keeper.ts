import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "./log.ts";
import type { ServerProcess } from "./postgres-process.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const PATIENCE_MS = 15_000;

/** Starts the server, again whenever it ends by itself, and with growing pauses while it does not start.
 *  Rejects when it cannot be started at first. */
export async function keepRunning(start: () => Promise<ServerProcess>, log: Log): Promise<{ stop(): Promise<void> }> {
  const stopped = new AbortController();
  let server = await startPatiently(start);
  const keeping = keep();

  async function keep() {
    for (;;) {
      await server.ended;
      if (stopped.signal.aborted) return;
      log(`PostgreSQL has ended by itself; it is started again. ${server.lastWords()}`);
      const next = await restart();
      if (next === null) return;
      server = next;
      log("PostgreSQL runs again.");
    }
  }

  async function restart(): Promise<ServerProcess | null> {
    for (let pauseMs = FIRST_PAUSE_MS; !stopped.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const next = await start();
        if (!stopped.signal.aborted) return next;
        await next.stop();
      } catch (error) {
        log(`${(error as Error).message} It is tried again.`);
        await pause(pauseMs, undefined, { signal: stopped.signal }).catch(() => {});
      }
    }
    return null;
  }

  return {
    async stop() {
      stopped.abort();
      await server.stop();
      await keeping;
    },
  };
}

/** Backends of a server that was killed notice it within moments; until then the next one refuses to start. */
async function startPatiently(start: () => Promise<ServerProcess>): Promise<ServerProcess> {
  for (let waitedMs = 0; ; waitedMs += FIRST_PAUSE_MS) {
    try {
      return await start();
    } catch (error) {
      const passing = /still in use/.test((error as Error).message);
      if (!passing || waitedMs >= PATIENCE_MS) throw error;
      await pause(FIRST_PAUSE_MS);
    }
  }
}
