import type { Clock, Instant } from "@permanence/kernel";

/** How far two clocks may be apart: the database's answer takes a moment, and machines are kept right to less. */
const TOLERANCE_MS = 5_000;
/** A clock that was set and then goes evenly for so long was set for good. */
const SETTLES_AFTER_MS = 5 * 60_000;

export type Disagreement = { with: "itself" | "database"; byMs: number };

/**
 * Watches whether the machine's clock can be believed: that it goes as the monotonic one does, and tells the database's
 * time. While it cannot, nothing may be found late: a clock that runs ahead would breach what is in time, and nobody could
 * take the warnings back.
 */
export class ClockWatch {
  readonly #clock: Clock;
  #right: { wall: number; monotonicMs: number };
  #jump: { byMs: number; sinceMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#right = { wall: clock.now(), monotonicMs: clock.monotonicMs() };
  }

  /** @param askDatabase its time; where it cannot be asked, what needs it fails anyway */
  async look(askDatabase: () => Promise<Instant>): Promise<Disagreement | null> {
    const jump = this.#lookAtItself();
    if (jump !== null) return jump;
    const before = this.#clock.now();
    const theirs = await askDatabase();
    const after = this.#clock.now();
    const byMs = theirs < before ? before - theirs : theirs > after ? after - theirs : 0;
    return Math.abs(byMs) > TOLERANCE_MS ? { with: "database", byMs } : null;
  }

  #lookAtItself(): Disagreement | null {
    const [wall, monotonicMs] = [this.#clock.now(), this.#clock.monotonicMs()];
    const byMs = wall - (this.#right.wall + monotonicMs - this.#right.monotonicMs);
    const isEven = this.#jump !== null && Math.abs(byMs - this.#jump.byMs) <= TOLERANCE_MS;
    const isSettled = isEven && monotonicMs - this.#jump!.sinceMs >= SETTLES_AFTER_MS;
    if (Math.abs(byMs) <= TOLERANCE_MS || isSettled) {
      [this.#right, this.#jump] = [{ wall, monotonicMs }, null];
      return null;
    }
    if (!isEven) this.#jump = { byMs, sinceMs: monotonicMs };
    return { with: "itself", byMs };
  }
}

/** For the log and for people. */
export function describeDisagreement({ with: other, byMs }: Disagreement): string {
  const seconds = Math.abs(Math.round(byMs / 1_000));
  const where = byMs > 0 ? "ahead" : "back";
  return other === "itself"
    ? `The machine's clock jumped ${seconds} s ${where}. Until it is right again, or has gone evenly for five minutes, no clock is found late and nobody is warned.`
    : `The machine's clock is ${seconds} s ${where} of the database's. Until they agree, no clock is found late and nobody is warned.`;
}
