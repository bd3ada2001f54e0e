/** Milliseconds, collected to be ranked. Grows by doubling: a million of them are 8 MB. */
export class Durations {
  #values = new Float64Array(16);
  #count = 0;
  #isSorted = true;

  /** @param ms a whole number, not negative */
  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const wider = new Float64Array(2 * this.#count);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#count++] = ms;
    this.#isSorted = false;
  }

  sorted(): Float64Array {
    const values = this.#values.subarray(0, this.#count);
    if (!this.#isSorted) values.sort();
    this.#isSorted = true;
    return values;
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
const STEPS_MS = [
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

/**
 * How the durations of several collections lie, taken together. Each rank is a value that occurred: of all, so large a
 * share lay at or below it, and a smaller one below it (nearest rank). Null of none. Each collection is sorted once,
 * however many sums it is part of: what is asked of a sum is asked of its parts.
 */
export function spreadOf(collections: readonly Durations[]): Spread {
  const parts = collections.map((durations) => durations.sorted()).filter((values) => values.length > 0);
  const count = parts.reduce((sum, values) => sum + values.length, 0);
  const upTo = (limit: number) => parts.reduce((sum, values) => sum + countUpTo(values, limit), 0);
  const worstMs = count === 0 ? null : Math.max(...parts.map((values) => values.at(-1)!));
  const rank = (share: number) => worstMs && leastReaching(Math.ceil(share * count), upTo, worstMs);
  const reached = [0, ...STEPS_MS.map(upTo), count];
  return {
    ...{ count, p50Ms: rank(0.5), p90Ms: rank(0.9), worstMs },
    steps: [...STEPS_MS, null].map((upToMs, i) => ({ upToMs, count: reached[i + 1]! - reached[i]! })),
  };
}

/** The least whole number up to which at least `wanted` of the values lie: it is one of them. */
function leastReaching(wanted: number, upTo: (limit: number) => number, worst: number): number {
  let [low, high] = [0, worst];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (upTo(middle) >= wanted) high = middle;
    else low = middle + 1;
  }
  return low;
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
