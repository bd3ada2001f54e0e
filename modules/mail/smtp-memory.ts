import { assert, type Clock } from "@permanence/kernel";
import { ANSWERS } from "./smtp-answer.ts";

export type MemoryLimits = {
  /** Of all mails under way together, the one that may go over it aside. */
  sharedBytes: number;
  /** So long a mail waits for memory before the slowest of the others is sent away. */
  patienceMs: number;
  /** A mail under way for less is not slow. */
  slowAfterMs: number;
};

/** One mail's part of the memory. */
export type MemoryShare = {
  /** Waits until there is room for so many bytes more. Throws once the mail was sent away. */
  hold(bytes: number): Promise<void>;
  /** All bytes are here: the mail is not slow any more. */
  complete(): void;
  /** Gives everything back. */
  release(): void;
};

/** A mail under way, as the memory sees it. */
class Share {
  heldBytes = 0;
  isPrivileged = false;
  isComplete = false;
  isCut = false;
  readonly startedMs: number;
  readonly sendAway: () => void;

  constructor(startedMs: number, sendAway: () => void) {
    this.startedMs = startedMs;
    this.sendAway = sendAway;
  }
}

type Waiting = { share: Share; bytes: number; go: (error?: Error) => void };

/**
 * The memory that mails under way may take together. Where it is used up, sockets are not read: TCP makes the
 * senders wait. One mail at a time may go over it, so that one always gets on; where that is not enough, since its
 * sender dawdles, the slowest is sent away to come again.
 */
export class MailMemory {
  readonly #limits: MemoryLimits;
  readonly #clock: Clock;
  readonly #open = new Set<Share>();
  readonly #waiting = new Set<Waiting>();
  #freeBytes: number;

  constructor(limits: MemoryLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#freeBytes = limits.sharedBytes;
  }

  /** Whether another mail had better come later. */
  get isScarce(): boolean {
    return this.#waiting.size >= 8;
  }

  /** `sendAway` ends the conversation that brings the mail. */
  open(sendAway: () => void): MemoryShare {
    const share = new Share(this.#clock.monotonicMs(), sendAway);
    this.#open.add(share);
    return {
      hold: (bytes) => this.#hold(share, bytes),
      complete: () => void (share.isComplete = true),
      release: () => this.#release(share),
    };
  }

  async #hold(share: Share, bytes: number): Promise<void> {
    if (share.isCut) throw ANSWERS.busy();
    if (this.#take(share, bytes)) return;
    const patience = setInterval(() => this.#sendSlowestAway(), this.#limits.patienceMs);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.add({ share, bytes, go: (error) => (error ? reject(error) : resolve()) });
      });
    } finally {
      clearInterval(patience);
    }
  }

  #take(share: Share, bytes: number): boolean {
    const isRoom = bytes <= this.#freeBytes;
    if (!isRoom && !share.isPrivileged) {
      if ([...this.#open].some((other) => other.isPrivileged)) return false;
      share.isPrivileged = true;
    }
    share.heldBytes += bytes;
    this.#freeBytes -= bytes;
    return true;
  }

  #release(share: Share): void {
    if (!this.#open.delete(share)) return;
    this.#freeBytes += share.heldBytes;
    assert(this.#freeBytes <= this.#limits.sharedBytes, "memory is given back once");
    for (const waiting of this.#waiting) {
      if (waiting.share === share) this.#letGo(waiting, ANSWERS.busy());
      else if (this.#take(waiting.share, waiting.bytes)) this.#letGo(waiting);
    }
  }

  #letGo(waiting: Waiting, error?: Error): void {
    this.#waiting.delete(waiting);
    waiting.go(error);
  }

  #sendSlowestAway(): void {
    const before = this.#clock.monotonicMs() - this.#limits.slowAfterMs;
    const slow = [...this.#open].filter(
      (share) => !share.isComplete && share.heldBytes > 0 && share.startedMs <= before,
    );
    const [slowest] = slow.toSorted((a, b) => a.startedMs - b.startedMs);
    if (!slowest) return;
    slowest.isCut = true;
    slowest.sendAway();
  }
}
