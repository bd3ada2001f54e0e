import { type ClockColumns, LETTERS } from "./clock-columns.ts";
import { Durations, type Spread } from "./durations.ts";

/** How a clock came out, as a report counts it. "raised": late only because the priority was raised too late for it. */
export type Counted = "running" | "pending" | "met" | "breached" | "raised" | "void";
export type Priority = "urgent" | "high" | "normal" | "low";

/** What a set of clocks came to. */
export type Figures = Record<Counted, number> & {
  tickets: number;
  /** Of those that were received: by proof, or by the absence of a failure. */
  proven: number;
  presumed: number;
  /** Met, of all that are decided: met or breached. What only a raise made late counts on neither side. Null: none is. */
  attainment: number | null;
  /** From start to stop, of those that have stopped; without what is void. */
  spread: Spread;
};

/** Counts one set of clocks. */
export class Tally {
  readonly #counts: Record<Counted, number> = { running: 0, pending: 0, met: 0, breached: 0, raised: 0, void: 0 };
  readonly #durations = new Durations();
  #proven = 0;
  #presumed = 0;

  add(clock: ReportedClock): void {
    this.#counts[clock.outcome]++;
    if (clock.outcome === "void" || clock.durationMs === null) return;
    this.#durations.add(clock.durationMs);
    if (clock.receipt === "presumed") this.#presumed++;
    else if (clock.receipt !== "none") this.#proven++;
  }

  figures(): Figures {
    const counts = this.#counts;
    const tickets = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const decided = counts.met + counts.breached;
    return {
      ...{ ...counts, tickets, proven: this.#proven, presumed: this.#presumed },
      attainment: decided === 0 ? null : counts.met / decided,
      spread: this.#durations.summary(),
    };
  }
}

export type ReportedClock = {
  startedAt: number;
  durationMs: number | null;
  outcome: Counted;
  receipt: "none" | "presumed" | "delivered" | "displayed";
  priority: Priority;
  /** 16 bytes as so many characters. */
  customer: string;
};

/** The clocks of the columns, one after the other; the object is the same each time, filled anew. */
export function* clocksOf(columns: ClockColumns): Generator<ReportedClock> {
  const clock = {} as ReportedClock;
  const { count, startedAt, stoppedAt, letters, customers } = columns;
  for (let i = 0; i < count; i++) {
    const stopped = Number(stoppedAt[i]);
    clock.startedAt = Number(startedAt[i]);
    clock.durationMs = stopped === 0 ? null : stopped - clock.startedAt;
    clock.outcome = LETTERS.outcome[letters[3 * i] as keyof typeof LETTERS.outcome];
    clock.receipt = LETTERS.receipt[letters[3 * i + 1] as keyof typeof LETTERS.receipt];
    clock.priority = LETTERS.priority[letters[3 * i + 2] as keyof typeof LETTERS.priority];
    clock.customer = customers.toString("latin1", 16 * i, 16 * i + 16);
    yield clock;
  }
}

/** Tallies by a key, made when first asked for. */
export class Tallies<K> {
  readonly #tallies = new Map<K, Tally>();

  of(key: K): Tally {
    let tally = this.#tallies.get(key);
    if (tally === undefined) this.#tallies.set(key, (tally = new Tally()));
    return tally;
  }

  entries(): [K, Tally][] {
    return [...this.#tallies];
  }
}
