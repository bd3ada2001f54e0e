import { type Instant, instant } from "@permanence/kernel";
import { type Attempt, explainDue, findAttempts, type OpenSpan } from "@permanence/sla";
import { type ClockEvent, startOf } from "./clock-events.ts";
import { responseCaseOf } from "./response-clock.ts";
import { type Folding, foldingsOf } from "./ticket-clocks.ts";
import type { Priority } from "./ticket-tables.ts";

/** What a ticket's clock is, and how it came to be it: from the chain alone, so that anybody who has it can tell. */
export type ClockAccount = Folding & {
  /** What was promised under this name when the ticket was registered. Null in tickets of an older program. */
  policy: { name: string; version: number } | null;
  /** Of the calendar that counts; null where it is always open, or the chain does not name it. */
  calendarName: { name: string; version: number } | null;
  /** What counted of the target, up to the due time; `isCut` where there is more of it. */
  counted: OpenSpan[];
  isCut: boolean;
  stood: StandStill[];
  /** What stopped it; null while nothing did. */
  stoppedBy: "receipt" | "reply" | "closing" | null;
  priorities: { at: Instant; from: Priority; to: Priority }[];
  /** Of the response clock: each hand-over of the notice, and all that became known of it. */
  attempts: (Attempt & { to: string | null })[];
  facts: NoticeFact[];
};

/** In which state the clock stood still. `until` is null while it does. */
export type StandStill = { from: Instant; until: Instant | null; state: string };

export type NoticeFact = {
  rung: "handed-over" | "delivered" | "displayed" | "failed";
  at: Instant;
  datedAt: Instant | null;
  source: string;
  detail: string;
  /** Which attempt it is about, counted from 1; null where it is about none. */
  attempt: number | null;
  /** False where it came too late to move anything. */
  moves: boolean;
};

/** The response clock first. Pure. @param events the ticket's, all of them or those of `readClockEvents` */
export function accountsOf(events: readonly ClockEvent[], now: Instant): ClockAccount[] {
  const priorities = prioritiesOf(events, now);
  return foldingsOf(events, now).map((folding) => {
    const { state, targetMs, calendar, pauses } = folding;
    const reckoning = explainDue(calendar, state.startedAt, targetMs, pauses, MOST_SPANS);
    return {
      ...folding,
      ...namesOf(events, folding),
      ...{ counted: reckoning.counted, isCut: reckoning.isCut, priorities },
      stood: standStills(events, folding),
      stoppedBy: stoppedBy(events, folding),
      ...(folding.target === "response" ? noticeOf(events, now) : { attempts: [], facts: [] }),
    };
  });
}

const MOST_SPANS = 400;

function namesOf(events: readonly ClockEvent[], { target, priority }: Folding) {
  const { terms } = startOf(events);
  if (terms === undefined) return { policy: null, calendarName: null };
  const promised = { "first-reply": "firstReply", "next-reply": "nextReply", resolution: "resolution" } as const;
  const name = target === "response" ? undefined : terms.targets[promised[target]]?.by[priority].calendar;
  const calendar = name === undefined ? undefined : terms.calendars[name];
  return {
    policy: { name: terms.policy, version: terms.version },
    calendarName: name === undefined || calendar === undefined ? null : { name, version: calendar.version },
  };
}

function prioritiesOf(events: readonly ClockEvent[], now: Instant): ClockAccount["priorities"] {
  return events
    .filter(({ at, type, data }) => type === "priority" && data !== null && at <= now && data["from"] !== data["to"])
    .map(({ at, data }) => ({ at, from: data!["from"] as Priority, to: data!["to"] as Priority }));
}

/** What the ticket's state was at each beginning of a pause; a closed ticket stands still under its own name. */
function standStills(events: readonly ClockEvent[], { pauses, state }: Folding): StandStill[] {
  const open = state.pausedAt === null ? [] : [{ from: state.pausedAt, until: null }];
  return [...pauses, ...open].map((pause) => ({ ...pause, state: stateAt(events, pause.from) }));
}

function stoppedBy(
  events: readonly ClockEvent[],
  { target, state: { stoppedAt } }: Folding,
): ClockAccount["stoppedBy"] {
  if (stoppedAt === null) return null;
  if (target === "response") return "receipt";
  const isReply = events.some(
    (event) => event.type === "message" && event.data?.["kind"] === "agent" && happenedAt(event) === stoppedAt,
  );
  return isReply ? "reply" : "closing";
}

/** What the desk learned late counts from when it happened. */
function happenedAt({ at, data }: ClockEvent): number {
  return Math.min((data?.["at"] as number | undefined) ?? at, at);
}

function stateAt(events: readonly ClockEvent[], at: Instant): string {
  let found = "new";
  for (const event of events) {
    const { type, data } = event;
    if (happenedAt(event) > at) continue;
    if (type === "closed") found = "closed";
    if (type === "state" || type === "closure-undone") found = (data?.["to"] as string | undefined) ?? found;
  }
  return found;
}

function noticeOf(events: readonly ClockEvent[], now: Instant): Pick<ClockAccount, "attempts" | "facts"> {
  const responseCase = responseCaseOf(events, now);
  const known = responseCase.events.filter(({ at }) => at <= now);
  const addresses = new Map(
    events
      .filter(({ type, data }) => type === "notice-queued" && data !== null)
      .map(({ data }) => [String(data!["outgoingMailId"]), String(data!["to"])]),
  );
  const attempts = findAttempts(responseCase, known).map((attempt) => ({
    ...attempt,
    to: addresses.get(attempt.id) ?? null,
  }));
  return { attempts, facts: factsOf(events, attempts, now) };
}

function factsOf(events: readonly ClockEvent[], attempts: readonly Attempt[], now: Instant): NoticeFact[] {
  const facts = events
    .filter(({ type, data }) => type === "evidence" && data !== null && data["ofNotice"] === true)
    .map(({ data }) => data!)
    .filter(({ at }) => (at as Instant) <= now);
  const displayedAt = Math.min(...facts.filter(({ rung }) => rung === "displayed").map(({ at }) => at as Instant));
  return facts
    .map(({ rung, at, datedAt, source, detail, outgoingMailId }) => {
      const index = attempts.findIndex(({ id }) => id === outgoingMailId);
      const isLate = rung === "failed" && (at as Instant) > displayedAt;
      return {
        rung: rung as NoticeFact["rung"],
        at: instant(at as number),
        datedAt: (datedAt as Instant | null) ?? null,
        ...{ source: String(source), detail: String(detail) },
        attempt: index < 0 ? null : index + 1,
        moves: rung === "displayed" || (index >= 0 && !isLate),
      };
    })
    .toSorted((a, b) => a.at - b.at);
}
