import { type Instant, instant } from "./instant.ts";

/** The only source of time. Code below apps/server is handed one; it never asks the machine. */
export interface Clock {
  /** Wall time; may jump when the machine's clock is set. */
  now(): Instant;
  /** Milliseconds since an arbitrary start; never jumps. For durations. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonicMs: () => performance.now(),
};

/** A clock that stands still until it is moved: for tests and simulations. */
export class VirtualClock implements Clock {
  #now: Instant;
  #monotonicMs = 0;

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** Lets `ms` milliseconds pass, on both scales. */
  advance(ms: number): void {
    this.#now = instant(this.#now + ms);
    this.#monotonicMs += ms;
  }

  /** Sets the wall clock alone, as an operator or NTP would. */
  jumpTo(at: Instant): void {
    this.#now = at;
  }
}
