import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** What a promise of `promisedMs` may take here: a machine that works for others too keeps no promise by the clock, so
 *  that it must not look like a fault of ours. */
export function onThisMachine(promisedMs: number): number {
  const isBusy = loadavg()[0]! > 2 * availableParallelism();
  return isBusy ? 10 * promisedMs : promisedMs;
}

/** Waits until `look` finds something (neither null, undefined nor false) and returns it; throws, with the last
 *  error if there was one, when `withinMs` have passed. */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  { withinMs = 10_000, everyMs = 50, what = "what was awaited" } = {},
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    let failure: unknown = null;
    try {
      const found = await look();
      if (found !== null && found !== undefined && found !== false) return found;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > until) throw new Error(`${what} did not come within ${withinMs} ms`, { cause: failure });
    await sleep(everyMs);
  }
}
