import type { PromisedTargetName } from "@permanence/people";
import { type Instant, instant } from "@permanence/kernel";
import {
  type Calendar,
  type Priority,
  type PromisedCase,
  type PromisedEvent,
  type PromisedTarget,
  PRIORITIES,
} from "@permanence/sla";
import { type ClockEvent, startOf } from "./clock-events.ts";
import { keptCalendar } from "./response-clock.ts";

/** As a policy names them, and as clocks do. */
const TARGET_OF = {
  firstReply: "first-reply",
  nextReply: "next-reply",
  resolution: "resolution",
} as const satisfies Record<PromisedTargetName, PromisedTarget>;

export type Promised = { promised: PromisedCase; published: boolean };

/** The targets beside the response that this ticket was promised, each with what happened so far. */
export function promisedCasesOf(events: readonly ClockEvent[], now: Instant): Promised[] {
  const { receivedAt, priority, terms } = startOf(events);
  if (terms === undefined) return [];
  const told = promisedEvents(events);
  const calendarOf = (name: string): Calendar => {
    const kept = terms.calendars[name];
    return kept === undefined ? "always" : keptCalendar(kept.calendar);
  };
  return Object.entries(terms.targets).flatMap(([name, target]) => {
    if (target === undefined) return [];
    const by = Object.fromEntries(
      PRIORITIES.map((each) => {
        const { target: targetMs, calendar } = target.by[each];
        return [each, { targetMs, calendar: calendarOf(calendar) }];
      }),
    ) as Record<Priority, { targetMs: number; calendar: Calendar }>;
    const { pauses, published } = target;
    const promised = {
      target: TARGET_OF[name as PromisedTargetName],
      receivedAt,
      priority,
      by,
      pauses,
      events: told,
      now,
    };
    return [{ promised, published }];
  });
}

/** The chain's words in the fold's. A message counts from when it was received, and a state from when it came about; but
 *  states keep their order: what the desk learned late of an earlier instant comes after what it knew. */
function promisedEvents(events: readonly ClockEvent[]): PromisedEvent[] {
  let stateAt = instant(0);
  return events.flatMap(({ at: learnedAt, type, data }): PromisedEvent[] => {
    if (data === null) return [];
    const happenedAt = instant(Math.min((data["at"] as number | undefined) ?? learnedAt, learnedAt));
    if (type === "priority") return [{ at: learnedAt, type, to: data["to"] as Priority }];
    if (type === "message") return messageEvent(data["kind"], happenedAt);
    if (type !== "state" && type !== "closed" && type !== "closure-undone") return [];
    const at = (stateAt = happenedAt > stateAt ? happenedAt : stateAt);
    if (type === "state") return [{ at, type, to: data["to"] as string }];
    const isNone = data["as"] === "not-a-request";
    if (type === "closed") return [{ at, type }, ...(isNone ? [{ at, type: "not-a-request" as const }] : [])];
    const reopened = { at, type: "reopened" as const, to: data["to"] as string };
    return [reopened, ...(isNone ? [{ at, type: "is-a-request" as const }] : [])];
  });
}

function messageEvent(kind: unknown, at: Instant): PromisedEvent[] {
  if (kind === "customer") return [{ at, type: "customer-wrote" }];
  return kind === "agent" ? [{ at, type: "agent-replied" }] : [];
}
