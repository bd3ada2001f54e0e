import { assert, type Instant, instant } from "@permanence/kernel";
import { dueAtIn } from "./business-time.ts";
import { type DueTimes, reckonDueTimes } from "./due-times.ts";
import { type Attempt, findAttempts, isWaiting, receiptOf } from "./notice-attempts.ts";
import type { ClockState, Outcome, Priority, Receipt, ResponseCase, ResponseEvent } from "./response-case.ts";

/** The response clock: from the desk's receipt of the ticket to the customer's receipt of the notice, as far as
 *  was known at `now`. An outcome depends on when things happened, never on when somebody looked. */
export function foldResponse(responseCase: ResponseCase): ClockState {
  const { receivedAt, events, now } = responseCase;
  const known = events.filter((event) => event.at <= now).toSorted((a, b) => a.at - b.at);
  const notice = readNotice(responseCase, known);
  const { dueAt, unraisedDueAt } = dueTimesOf(responseCase, known);
  const judged = judge(dueAt, notice, now);
  const unraised = judge(unraisedDueAt, notice, now);
  const isVoid = known.findLast(isAboutVoiding)?.type === "not-a-request";
  const raised = !isVoid && judged === "breached" && unraised !== "breached";

  return {
    startedAt: receivedAt,
    dueAt,
    stoppedAt: notice.stoppedAt,
    outcome: isVoid ? "void" : judged,
    receipt: notice.receipt,
    cause: raised ? "raised" : null,
    nextAt: earliestOf([
      ...notice.waiting.filter(isPresumable(notice.stoppedAt)).map(lastWaitingInstant),
      ...(isVoid ? [] : changesOf(judged, dueAt, notice)),
      ...(raised ? changesOf(unraised, unraisedDueAt, notice) : []),
    ]),
  };
}

type Notice = {
  stoppedAt: Instant | null;
  receipt: Receipt | null;
  waiting: Attempt[]; // Of these nothing is known yet.
};

function readNotice(responseCase: ResponseCase, known: readonly ResponseEvent[]): Notice {
  const { now } = responseCase;
  const attempts = findAttempts(responseCase, known);
  const displays = known.filter(({ type }) => type === "displayed").map(({ at }) => at);
  const received = attempts.map((attempt) => receiptOf(attempt, now)).filter((at) => at !== null);
  const stoppedAt = earliestOf([...displays, ...received]);
  const proven = attempts.some(({ deliveredAt, failed }) => deliveredAt !== null && !failed);
  const strongest = displays.length > 0 ? "displayed" : proven ? "delivered" : "presumed";
  const waiting = attempts.filter((attempt) => isWaiting(attempt, now));
  return { stoppedAt, receipt: stoppedAt === null ? null : strongest, waiting };
}

function dueTimesOf({ receivedAt, priority, policy }: ResponseCase, known: readonly ResponseEvent[]): DueTimes {
  const changes = known.filter((event) => event.type === "priority");
  return reckonDueTimes(priority, changes, (inForce) => {
    const { calendar = "always", targetMs } = policy[inForce];
    const due = dueAtIn(calendar, receivedAt, targetMs);
    assert(due !== null, `the calendar of priority ${inForce} is open at some time`);
    return due;
  });
}

/** The priority whose target the response clock is judged by, as far as was known at `now`. */
export function responsePriority(responseCase: ResponseCase): Priority {
  return dueTimesOf(
    responseCase,
    responseCase.events.filter(({ at }) => at <= responseCase.now),
  ).priority;
}

function judge(dueAt: Instant, { stoppedAt, waiting }: Notice, now: Instant): Exclude<Outcome, "void"> {
  if (stoppedAt !== null) return stoppedAt <= dueAt ? "met" : "breached";
  if (waiting.some(({ handedOverAt }) => handedOverAt <= dueAt)) return "pending";
  return now > dueAt ? "breached" : "running";
}

function isAboutVoiding({ type }: ResponseEvent): boolean {
  return type === "not-a-request" || type === "is-a-request";
}

/** Will be received by itself, and before anything else that was. */
function isPresumable(stoppedAt: Instant | null): (attempt: Attempt) => boolean {
  return ({ demands, handedOverAt }) => demands === "presumed" && (stoppedAt === null || handedOverAt < stoppedAt);
}

/** The last instants of this outcome, if nothing more is learned. */
function changesOf(outcome: Outcome, dueAt: Instant, { waiting }: Notice): Instant[] {
  if (outcome === "running") return [dueAt];
  if (outcome !== "pending") return [];
  return waiting.filter(({ handedOverAt }) => handedOverAt <= dueAt).map(lastWaitingInstant);
}

function lastWaitingInstant({ waitingEndsAt }: Attempt): Instant {
  return instant(waitingEndsAt - 1);
}

function earliestOf(instants: Instant[]): Instant | null {
  return instants.length === 0 ? null : instant(Math.min(...instants));
}
