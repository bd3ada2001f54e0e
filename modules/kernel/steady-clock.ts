import type { Clock } from "./clock.ts";
import { type Instant, instant } from "./instant.ts";

/** How far the wall clock may be off what the monotonic one says: NTP slews, and reading both takes a moment. */
const TOLERANCE_MS = 5_000;
/** A clock that was set and then goes evenly for so long was set for good. */
const SETTLES_AFTER_MS = 5 * 60_000;

/**
 * The machine's clock as long as it goes as the monotonic one does. After a jump it tells what it would have told without it,
 * until the jump is taken back, or has lasted for five minutes: whoever acted on a clock that was set wrong could find late
 * what is in time, and not take it back.
 */
export class SteadyClock implements Clock {
  readonly #machine: Clock;
  #right: { wall: number; monotonicMs: number };
  #jump: { byMs: number; sinceMs: number } | null = null;

  constructor(machine: Clock) {
    this.#machine = machine;
    this.#right = { wall: machine.now(), monotonicMs: machine.monotonicMs() };
  }

  now(): Instant {
    const [wall, monotonicMs] = [this.#machine.now(), this.#machine.monotonicMs()];
    const expected = Math.round(this.#right.wall + monotonicMs - this.#right.monotonicMs);
    const byMs = wall - expected;
    const isEven = this.#jump !== null && Math.abs(byMs - this.#jump.byMs) <= TOLERANCE_MS;
    const isSettled = isEven && monotonicMs - this.#jump!.sinceMs >= SETTLES_AFTER_MS;
    if (Math.abs(byMs) <= TOLERANCE_MS || isSettled) {
      [this.#right, this.#jump] = [{ wall, monotonicMs }, null];
      return wall;
    }
    if (!isEven) this.#jump = { byMs, sinceMs: monotonicMs };
    return instant(expected);
  }

  monotonicMs(): number {
    return this.#machine.monotonicMs();
  }

  /** By how much the machine's clock is off, where it is not believed now: positive where it jumped ahead. */
  jumpMs(): number | null {
    this.now();
    return this.#jump?.byMs ?? null;
  }
}
