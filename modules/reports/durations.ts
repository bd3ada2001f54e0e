/** Milliseconds, collected to be ranked. Grows by doubling: a million of them are 8 MB. */
export class Durations {
  #values = new Float64Array(16);
  #count = 0;

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const wider = new Float64Array(2 * this.#count);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#count++] = ms;
  }

  /** Each value is one that occurred: of all, the share asked for lay at or below it (nearest rank). Null of none. */
  summary(): Spread {
    const sorted = this.#values.subarray(0, this.#count).sort();
    const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
    return { count: sorted.length, p50Ms: rank(0.5), p90Ms: rank(0.9), worstMs: rank(1), steps: stepsOf(sorted) };
  }
}

export type Spread = {
  count: number;
  p50Ms: number | null;
  p90Ms: number | null;
  worstMs: number | null;
  /** How many took at most so long and longer than the step before; the last has no end. */
  steps: { upToMs: number | null; count: number }[];
};

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Where people tell durations apart: the promises of a desk lie among them. */
export const STEPS_MS = [
  2 * SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  4 * HOUR_MS,
  9 * HOUR_MS,
  24 * HOUR_MS,
];

function stepsOf(sorted: Float64Array): Spread["steps"] {
  let before = 0;
  return [...STEPS_MS, null].map((upToMs) => {
    const until = upToMs === null ? sorted.length : countUpTo(sorted, upToMs);
    const count = until - before;
    before = until;
    return { upToMs, count };
  });
}

/** How many of the sorted values are at most `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
