import { type Instant, instant } from "@permanence/kernel";
import type { Calendar } from "./calendar.ts";
import { type DueTimes, type PriorityChange, reckonDueTimes } from "./due-times.ts";
import { dueAtWithPauses, type Pause } from "./counted-time.ts";
import type { ClockState, Priority } from "./response-case.ts";

export const PROMISED_TARGETS = ["first-reply", "next-reply", "resolution"] as const;
export type PromisedTarget = (typeof PROMISED_TARGETS)[number];

/** What happened to the ticket, and when it did. */
export type PromisedEvent = { at: Instant } & (
  | { type: "customer-wrote" }
  | { type: "agent-replied" } // So that the customer reads it: notes are nobody's reply.
  | { type: "state"; to: string }
  | { type: "closed" }
  | { type: "reopened"; to: string }
  | { type: "priority"; to: Priority }
  | { type: "not-a-request" }
  | { type: "is-a-request" }
);

export type PromisedCase = {
  target: PromisedTarget;
  receivedAt: Instant;
  priority: Priority; // At registration.
  by: Record<Priority, { targetMs: number; calendar: Calendar }>;
  /** The states in which the clock stands still. */
  pauses: readonly string[];
  events: readonly PromisedEvent[];
  now: Instant;
};

export type PromisedState = ClockState & {
  /** Since when it stands still. `dueAt` is then what it would be if the pause ended where it began. */
  pausedAt: Instant | null;
};

/** A due time, and how it came about: what warnings and explanations need beside the state. */
export type PromisedFold = { state: PromisedState; priority: Priority; pauses: Pause[] };

/** The clock of a reply or of the resolution, as far as was known at `now`; null where nothing started it yet. */
export function foldPromised(promised: PromisedCase): PromisedFold | null {
  const { by, now } = promised;
  const known = promised.events.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
  const course = findCourse(promised, known);
  if (course === null) return null;
  const { startedAt, repliedAt } = course;
  // What comes after a reply changes nothing of the clock that it stopped.
  const inTime = known.filter(({ at }) => repliedAt === null || at <= repliedAt);
  const { pauses, pausedAt, closedAt } = findPauses(promised, inTime, startedAt);
  const stoppedAt = repliedAt ?? closedAt;
  const dueUnder = (priority: Priority) =>
    dueAtWithPauses(by[priority].calendar, startedAt, by[priority].targetMs, pauses) ?? NEVER;
  const { first, changes } = prioritiesFrom(promised, inTime, startedAt);
  const due = reckonDueTimes(first, changes.map(whenCounted(pauses, pausedAt)), dueUnder);
  const isVoid = known.findLast(({ type }) => type.endsWith("a-request"))?.type === "not-a-request";
  const stands = stoppedAt === null ? pausedAt : null;
  const state = judged({ startedAt, stoppedAt, pausedAt: stands, isVoid, due, now });
  return { state, priority: due.priority, pauses };
}

/** Where a calendar is not open long enough. */
const NEVER = instant(Date.UTC(9999, 0, 1));

type Course = { startedAt: Instant; repliedAt: Instant | null };

/** The first reply and the resolution are waited for from receipt on. The next reply is waited for from the first message
 *  of the customer's that nobody answered since the reply before it; of several such waits the last one is meant. */
function findCourse({ target, receivedAt }: PromisedCase, known: readonly PromisedEvent[]): Course | null {
  if (target === "resolution") return { startedAt: receivedAt, repliedAt: null };
  const firstReply = known.find(({ type }) => type === "agent-replied")?.at ?? null;
  if (target === "first-reply") return { startedAt: receivedAt, repliedAt: firstReply };
  let course: Course | null = null;
  for (const { type, at } of known) {
    if (type === "customer-wrote" && firstReply !== null && at > firstReply && course?.repliedAt !== null) {
      course = course === null || course.repliedAt < at ? { startedAt: at, repliedAt: null } : course;
    }
    if (type === "agent-replied" && course?.repliedAt === null && at > course.startedAt) course.repliedAt = at;
  }
  return course;
}

/** A pause lasts while the ticket is in one of the states; a closed ticket is paused too, and `closedAt` says since when. */
function findPauses({ pauses: states }: PromisedCase, known: readonly PromisedEvent[], startedAt: Instant) {
  const pauses: Pause[] = [];
  let pausedAt: Instant | null = null;
  let closedAt: Instant | null = null;
  for (const event of known) {
    if (event.type !== "state" && event.type !== "closed" && event.type !== "reopened") continue;
    const at = event.at > startedAt ? event.at : startedAt;
    const stands = event.type === "closed" || states.includes(event.to);
    closedAt = event.type === "closed" ? at : null;
    if (stands) pausedAt ??= at;
    else if (pausedAt !== null) {
      if (pausedAt < at) pauses.push({ from: pausedAt, until: at });
      pausedAt = null;
    }
  }
  return { pauses, pausedAt, closedAt };
}

function prioritiesFrom({ priority }: PromisedCase, known: readonly PromisedEvent[], startedAt: Instant) {
  const all = known.flatMap((event) => (event.type === "priority" ? [{ at: event.at, to: event.to }] : []));
  const before = all.findLast(({ at }) => at < startedAt);
  return { first: before?.to ?? priority, changes: all.filter(({ at }) => at >= startedAt) };
}

/** While a clock stands still no due time passes: what is changed in a pause is changed where the pause began. */
function whenCounted(pauses: readonly Pause[], pausedAt: Instant | null) {
  return (change: PriorityChange): PriorityChange => {
    const pause = pauses.find(({ from, until }) => from <= change.at && (until === null || change.at < until));
    const from = pause?.from ?? (pausedAt !== null && pausedAt <= change.at ? pausedAt : null);
    return from === null ? change : { ...change, at: from };
  };
}

type Judging = Pick<PromisedState, "startedAt" | "stoppedAt" | "pausedAt"> & {
  isVoid: boolean;
  due: DueTimes;
  now: Instant;
};

function judged({ startedAt, stoppedAt, pausedAt, isVoid, due, now }: Judging): PromisedState {
  const { dueAt, unraisedDueAt } = due;
  const reached = stoppedAt ?? pausedAt ?? now; // As far as the clock counted.
  const outcomeBy = (by: Instant) => (reached > by ? "breached" : stoppedAt === null ? "running" : "met");
  const outcome = outcomeBy(dueAt);
  const raised = !isVoid && outcome === "breached" && outcomeBy(unraisedDueAt) !== "breached";
  const runs = stoppedAt === null && pausedAt === null && !isVoid;
  const changesAt =
    outcome === "running" ? dueAt : raised && outcomeBy(unraisedDueAt) === "running" ? unraisedDueAt : null;
  return {
    ...{ startedAt, dueAt, stoppedAt, pausedAt, receipt: null },
    outcome: isVoid ? "void" : outcome,
    cause: raised ? "raised" : null,
    nextAt: runs ? changesAt : null,
  };
}
