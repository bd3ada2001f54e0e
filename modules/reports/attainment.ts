import { type Meaning, OUTCOMES } from "./clock-columns.ts";
import { Durations, type Spread, spreadOf } from "./durations.ts";

/** How a clock came out, as a report counts it. "raised": late only because the priority was raised too late for it. */
export type Counted = Meaning["outcome"];
export type Priority = Meaning["priority"];

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
  readonly counts: Record<Counted, number> = { running: 0, pending: 0, met: 0, breached: 0, raised: 0, void: 0 };
  readonly durations = new Durations();
  proven = 0;
  presumed = 0;

  /** @param tookMs from start to stop; negative where it has not stopped */
  add({ outcome, receipt }: Meaning, tookMs: number): void {
    this.counts[outcome]++;
    if (outcome === "void" || tookMs < 0) return;
    this.durations.add(tookMs);
    if (receipt === "presumed") this.presumed++;
    else if (receipt !== "none") this.proven++;
  }
}

/** What sets of clocks that have none in common came to, together. */
export function figuresOf(tallies: readonly Tally[]): Figures {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, sum(({ counts }) => counts[outcome])]));
  const { met, breached } = counts as Record<Counted, number>;
  return {
    ...(counts as Record<Counted, number>),
    tickets: OUTCOMES.reduce((total, outcome) => total + counts[outcome]!, 0),
    proven: sum(({ proven }) => proven),
    presumed: sum(({ presumed }) => presumed),
    attainment: met + breached === 0 ? null : met / (met + breached),
    spread: spreadOf(tallies.map(({ durations }) => durations)),
  };
}
