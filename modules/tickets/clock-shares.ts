import { type Instant, instant } from "@permanence/kernel";
import { type Calendar, dueAtWithPauses, type Pause, type PromisedState } from "@permanence/sla";
import { type ClockEvent, startOf } from "./clock-events.ts";

/** A share of a target, in per cent, and when it is used up. 100 is the breach: the instant after the due one. */
export type Share = { percent: number; at: Instant };

export const BREACH = 100;

export type Counted = {
  target: string;
  state: PromisedState;
  pauses: readonly Pause[];
  targetMs: number;
  calendar: Calendar;
};

/** The shares of a clock's target that were not warned of yet, as far as anything happens at them: the policy's own and
 *  those of its escalation rules. None once it is met, void or standing still; a clock that was told of stays told of. */
export function sharesOf(
  events: readonly ClockEvent[],
  { target, state, pauses, targetMs, calendar }: Counted,
): Share[] {
  const { terms } = startOf(events);
  const { outcome, stoppedAt, pausedAt, startedAt, dueAt } = state;
  if (terms === undefined || outcome === "void" || outcome === "met" || stoppedAt !== null || pausedAt !== null)
    return [];
  const rules = terms.escalation.filter((rule) => rule.target === target).map(({ at }) => at);
  const wanted = new Set([...terms.warnings.at, ...rules.filter((at) => at !== "breach")]);
  const told = new Set(warningsOf(events, target, startedAt));
  const shares = [...wanted]
    .filter((percent) => !told.has(percent))
    .map((percent) => {
      const budgetMs = Math.max(1, Math.floor((targetMs * percent) / 100));
      return { percent, at: dueAtWithPauses(calendar, startedAt, budgetMs, pauses) ?? dueAt };
    });
  // Pending is not late: something was handed over in time, and is waited for.
  if (outcome === "pending") return [];
  const breach = told.has(BREACH) ? [] : [{ percent: BREACH, at: instant(dueAt + 1) }];
  return [...shares.filter(({ at }) => at <= dueAt), ...breach].toSorted((a, b) => a.percent - b.percent);
}

/** The highest share of this clock that was warned of; null when none was. */
export function warnedOf(events: readonly ClockEvent[], target: string, startedAt: Instant): number | null {
  const told = warningsOf(events, target, startedAt);
  return told.length === 0 ? null : Math.max(...told);
}

/** A clock is its target and its start: each wait for a next reply is warned of anew. */
function warningsOf(events: readonly ClockEvent[], target: string, startedAt: Instant): number[] {
  return events.flatMap(({ type, data }) =>
    type === "warned" && data !== null && data["target"] === target && data["startedAt"] === startedAt
      ? [data["percent"] as number]
      : [],
  );
}
