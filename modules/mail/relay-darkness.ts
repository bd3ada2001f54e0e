import type { Clock, Instant } from "@permanence/kernel";
import type { RelayAnswer } from "./relay-answer.ts";

/** Since when a relay cannot be reached, and why. */
export type RelayTrouble = { since: Instant; reason: string };

/** After a connection failed, others are not tried for so long, each time twice as long, up to a minute; then one is: a
 *  relay that hangs would hold every sender. */
const AFTER_FAILURE_MS = 3_000;
const LONGEST_DARKNESS_MS = 60_000;

type Failure = RelayTrouble & { answer: RelayAnswer; untilMs: number; times: number; isTried: boolean };

/** What is known of a relay that could not be reached, and when it is tried again. */
export class RelayDarkness {
  readonly #clock: Clock;
  #failure: Failure | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  trouble(): RelayTrouble | null {
    return this.#failure && { since: this.#failure.since, reason: this.#failure.reason };
  }

  /** Whether it has failed, and somebody tries it just now, or nobody may yet. */
  isWaiting(): boolean {
    if (this.#failure === null) return false;
    return this.#failure.isTried || this.#clock.monotonicMs() < this.#failure.untilMs;
  }

  /** What the last try came to, where there is none to be made now; else null, and whoever asked makes it. */
  beginTry(): RelayAnswer | null {
    if (this.isWaiting()) return this.#failure!.answer;
    if (this.#failure !== null) this.#failure.isTried = true;
    return null;
  }

  failed(answer: RelayAnswer): void {
    // Several that began before any of them failed fail once.
    const times =
      this.#failure === null || this.#failure.isTried ? (this.#failure?.times ?? 0) + 1 : this.#failure.times;
    const pauseMs = Math.min(AFTER_FAILURE_MS * 2 ** (times - 1), LONGEST_DARKNESS_MS);
    const since = this.#failure?.since ?? this.#clock.now();
    const untilMs = this.#clock.monotonicMs() + pauseMs;
    this.#failure = { since, reason: answer.answer, answer, untilMs, times, isTried: false };
  }

  /** True where it had failed before. */
  end(): boolean {
    const hadFailed = this.#failure !== null;
    this.#failure = null;
    return hadFailed;
  }
}
