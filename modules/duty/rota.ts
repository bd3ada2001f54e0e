import type { Instant } from "@permanence/kernel";
import type { Calendar, Priority, Weekday } from "@permanence/sla";

/** Who answers for some priorities, by rotation: a plan without people's own arrangements. Never changed in place. */
export type Rota = {
  name: string;
  /** No two rotas of a desk share one. */
  priorities: readonly Priority[];
  /** When somebody must be on duty; where nobody is, there is a gap. */
  cover: Calendar;
  timeZone: string; // IANA; handovers are wall times in it.
  /** The first is called first; the next where nobody there acknowledges. */
  levels: readonly Level[];
};

/** Of two rotations that have somebody on duty at the same time, the first counts: days and nights may be two. */
export type Level = readonly Rotation[];

/** People who follow one another. */
export type Rotation = {
  /** Agents, in their order. One who left is passed over in no shift: it is a gap, and told. */
  people: readonly string[];
  /** The day on which the first of them begins, "2026-11-30"; before it, nobody is on duty. */
  since: string;
  /** On which days, and at which wall times, the next one takes over. */
  days: readonly Weekday[];
  at: readonly string[]; // "09:00", ascending
  /** When whoever's turn it is is on duty. */
  hours: Calendar;
};

/** One person instead of whoever's turn it is. No two of one rota and level overlap. */
export type Override = {
  overrideId: string;
  rota: string;
  level: number; // from 0
  agentId: string;
  from: Instant;
  until: Instant;
  /** Those of a swap are made together, and taken back together. */
  swapId: string | null;
};

/** One stretch of duty of one person: from, and no longer at `until`. */
export type Shift = { from: Instant; until: Instant; agentId: string; by: "rotation" | "override" | "swap" };

export type Window = { from: Instant; until: Instant };
