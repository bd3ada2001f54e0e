import { assert } from "./assert.ts";

/** Milliseconds since 1970-01-01T00:00:00Z, a whole number. The one form of time inside the program. */
export type Instant = number & { readonly __instant: unique symbol };

/** Brands a number of milliseconds since the epoch. Refuses fractions and non-numbers: a bug of ours. */
export function instant(ms: number): Instant {
  assert(Number.isSafeInteger(ms), `an instant is a whole number of milliseconds, not ${ms}`);
  return ms as Instant;
}

/** "2026-12-24T16:30:00.000Z" */
export function toIso(at: Instant): string {
  return new Date(at).toISOString();
}

/** The instant that an ISO 8601 text with an offset names; null for anything else. */
export function fromIso(text: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : (ms as Instant);
}
