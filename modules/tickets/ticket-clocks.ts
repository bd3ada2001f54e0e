import type { Tx } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import {
  type Calendar,
  elapsedIn,
  foldPromised,
  foldResponse,
  type KeptClock,
  type Pause,
  type Priority,
  type PromisedState,
  type PromisedTarget,
  responsePriority,
  saveClock,
} from "@permanence/sla";
import { type ClockEvent, isPromised } from "./clock-events.ts";
import { type Share, sharesOf, warnedOf } from "./clock-shares.ts";
import { promisedCasesOf } from "./promised-clocks.ts";
import { responseCaseOf } from "./response-clock.ts";
import type { TicketChange } from "./ticket-change.ts";

/** Where a ticket stands in the queue when none of its clocks runs: behind all that are due. */
export const NOT_DUE = 253_370_764_800_000 as Instant; // 9999-01-01

/** One clock of a ticket, as it is kept, and the shares of its target that nobody was warned of yet. */
export type FoldedClock = { target: string; clock: KeptClock; shares: Share[] };

/** Folds all clocks of a ticket from its own chain. Pure. */
export function foldAll(events: readonly ClockEvent[], now: Instant): FoldedClock[] {
  return foldingsOf(events, now).map((folding) => kept(events, folding));
}

/** A fold, and what it was reckoned with. */
export type Folding = {
  target: ClockTarget;
  published: boolean;
  state: PromisedState;
  priority: Priority; // Whose target judges.
  pauses: readonly Pause[];
  targetMs: number;
  calendar: Calendar;
};

export type ClockTarget = "response" | PromisedTarget;

/** The response clock first; none where nothing was promised, as in history. */
export function foldingsOf(events: readonly ClockEvent[], now: Instant): Folding[] {
  if (!isPromised(events)) return [];
  const response = responseCaseOf(events, now);
  const state = { ...foldResponse(response), pausedAt: null };
  const priority = responsePriority(response);
  const { targetMs, calendar = "always" } = response.policy[priority];
  const foldings: Folding[] = [
    { target: "response", published: true, state, pauses: [], targetMs, calendar, priority },
  ];
  for (const { promised, published } of promisedCasesOf(events, now)) {
    const fold = foldPromised(promised);
    if (fold !== null) foldings.push({ target: promised.target, published, ...fold, ...promised.by[fold.priority] });
  }
  return foldings;
}

function kept(events: readonly ClockEvent[], folding: Folding): FoldedClock {
  const { target, state, published, calendar, pauses } = folding;
  const shares = sharesOf(events, folding);
  const warnAt = shares.map(({ at }) => instant(at - 1)); // A state holds through nextAt; the warning is due after it.
  const nextAt = earliestOf([...warnAt, ...(state.nextAt === null ? [] : [state.nextAt])]);
  const warned = warnedOf(events, target, state.startedAt);
  const { startedAt, stoppedAt } = state;
  const countedMs = stoppedAt === null ? null : elapsedIn(calendar, startedAt, stoppedAt, pauses);
  return { target, shares, clock: { ...state, published, nextAt, warned, countedMs } };
}

/** Folds again after a change, stores what came out and says in the chain where an outcome changed. */
export function foldClocks(tx: Tx, change: TicketChange): FoldedClock[] {
  const { desk_id, ticket_id: ticketId, priority, organisation_id, contact_id } = change.ticket;
  const customerId = organisation_id ?? contact_id;
  const folded = foldAll(change.clockEvents, change.now);
  for (const { target, clock } of folded) {
    const before = change.outcomes.get(target);
    change.outcomes.set(target, clock.outcome);
    saveClock(tx, desk_id, { ticketId, target, priority, customerId }, clock);
    if (before === undefined || before === clock.outcome) continue;
    change.record("clock", "desk", { target, from: before, to: clock.outcome, dueAt: clock.dueAt });
  }
  const queue_at = queueAt(folded);
  if (queue_at !== change.ticket.queue_at) change.set({ queue_at });
  const is_late = folded.some(({ clock }) => clock.outcome === "breached" && isRunning(clock));
  if (is_late !== change.ticket.is_late) change.set({ is_late });
  return folded;
}

/** The clock that is due soonest orders the queue, while it runs and somebody can still do something about it. */
function queueAt(folded: readonly FoldedClock[]): Instant {
  return earliestOf(folded.filter(({ clock }) => isRunning(clock)).map(({ clock }) => clock.dueAt)) ?? NOT_DUE;
}

/** Due soon: in the last eighth of what was promised, and never less than this before the end, as pages draw a clock. */
export const LEAST_WARNING_MS = 10 * 60_000;

/** From when on a clock that runs wants to be seen, the soonest of all; null where none runs. */
export function alarmAt(folded: readonly Pick<FoldedClock, "clock">[]): Instant | null {
  const running = folded.map(({ clock }) => clock).filter(isRunning);
  return earliestOf(
    running.map(({ startedAt, dueAt }) =>
      instant(dueAt - Math.max(LEAST_WARNING_MS, Math.floor((dueAt - startedAt) / 8))),
    ),
  );
}

/** Neither met nor void nor standing still: a breached one runs on until it is stopped. */
function isRunning({ outcome, stoppedAt, pausedAt }: KeptClock): boolean {
  return (
    (outcome === "running" || outcome === "pending" || outcome === "breached") &&
    stoppedAt === null &&
    pausedAt === null
  );
}

function earliestOf(instants: Instant[]): Instant | null {
  return instants.length === 0 ? null : instant(Math.min(...instants));
}
