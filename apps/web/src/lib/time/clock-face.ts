import type { Clock } from "#lib/api/types.ts";

/** How a clock looks: see Clock.svelte. */
export type Face = "on-track" | "at-risk" | "breached" | "pending" | "met" | "presumed" | "paused" | "void";

/** From here on a running clock is at risk, also where the desk's policy warned of nothing: the last eighth of what was
 *  promised, and never less than ten minutes. The API counts the same (countTickets). */
export function atRiskMs(promisedMs: number): number {
  return Math.max(10 * 60_000, promisedMs / 8);
}

export type ClockReading = {
  face: Face;
  /** Until it is due; negative once it is late. */
  leftMs: number;
  /** How much of the promised time is left, in whole percent. */
  leftPercent: number;
};

/** What a clock shows at `nowMs`. A running clock that has passed its due time is late at once, whenever the server gets
 *  round to saying so. */
export function readClock(clock: Clock, nowMs: number): ClockReading {
  const startedMs = Date.parse(clock.startedAt);
  const dueMs = Date.parse(clock.dueAt);
  const stoodStillAt = clock.stoppedAt ?? clock.pausedAt;
  const atMs = stoodStillAt === null ? nowMs : Date.parse(stoodStillAt);
  const leftMs = dueMs - atMs;
  const promisedMs = dueMs - startedMs;
  const share = promisedMs === 0 ? 0 : leftMs / promisedMs;
  const leftPercent = Math.round(100 * Math.min(1, Math.max(0, share)));
  return { face: faceOf(clock, leftMs, atRiskMs(promisedMs)), leftMs, leftPercent };
}

function faceOf(clock: Clock, leftMs: number, riskMs: number): Face {
  const isAtRisk = leftMs <= riskMs || clock.warned !== null;
  if (clock.pausedAt !== null && clock.outcome === "running") return "paused";
  switch (clock.outcome) {
    case "running":
      return leftMs < 0 ? "breached" : isAtRisk ? "at-risk" : "on-track";
    case "met":
      return clock.receipt === "presumed" ? "presumed" : "met";
    case "pending":
    case "breached":
    case "void":
      return clock.outcome;
  }
}
