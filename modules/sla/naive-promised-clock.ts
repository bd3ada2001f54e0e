// A second reckoning of the clocks of replies and resolution for the tests, straight from the rules and sharing no code
// with the first: it walks through time minute by minute and asks at each what the ticket was then. For instants and
// targets in whole minutes, and calendars that are open always, or when `isOffice` says so.
import type { PromisedCase } from "./promised-clock.ts";

type Event = { at: number; type: string; to?: string };
const MINUTE = 60_000;

/** From 9 to 18 h (UTC) on weekdays. */
const utcOffice = (t: number) => {
  const at = new Date(t);
  return at.getUTCDay() % 6 !== 0 && at.getUTCHours() >= 9 && at.getUTCHours() < 18;
};

export function naivePromised(
  { target, receivedAt, priority, by, pauses, events, now }: PromisedCase,
  isOffice: (t: number) => boolean = utcOffice,
) {
  const known = (events as readonly Event[]).filter((e) => e.at <= now).toSorted((a, b) => a.at - b.at);
  const replies = known.filter((e) => e.type === "agent-replied").map((e) => e.at);

  let start: number | null = receivedAt;
  let reply: number | null = target === "first-reply" ? (replies[0] ?? null) : null;
  if (target === "next-reply") {
    const questions = known.filter((e) => e.type === "customer-wrote" && replies.length > 0 && e.at > replies[0]!);
    const newest = questions.at(-1);
    if (!newest) return null;
    const lastReplyBefore = replies.findLast((at) => at < newest.at)!;
    start = questions.find((e) => e.at > lastReplyBefore)!.at;
    reply = replies.find((at) => at > start!) ?? null;
  }
  const seen = known.filter((e) => reply === null || e.at <= reply);
  const states = seen.filter((e) => ["state", "closed", "reopened"].includes(e.type));
  const stateAt = (t: number) => states.findLast((e) => e.at <= t);
  const isClosed = states.at(-1)?.type === "closed";
  const pausing = (e: Event | undefined) => e !== undefined && (e.type === "closed" || pauses.includes(e.to!));

  // The stretch at the end in which it stood still all the time: there nothing is known to end it.
  let stillFrom: number | null = null;
  for (let i = states.length - 1; i >= 0 && pausing(states[i]); i--) stillFrom = Math.max(states[i]!.at, start);
  const stoppedAt = reply ?? (isClosed ? Math.max(states.at(-1)!.at, start) : null);

  const standsStill = (t: number) => pausing(stateAt(t)) && (stillFrom === null || t < stillFrom);
  const isOpen = (t: number, always: boolean) => always || isOffice(t);
  const dueUnder = (name: string) => {
    const { targetMs, calendar } = by[name as keyof typeof by];
    let left = targetMs / MINUTE;
    let t = start;
    for (; left > 0; t += MINUTE) if (isOpen(t, calendar === "always") && !standsStill(t)) left--;
    return t;
  };

  const countedAt = (t: number) => {
    if (!pausing(stateAt(t))) return t;
    let from = t;
    for (let i = states.indexOf(stateAt(t)!); i >= 0 && pausing(states[i]); i--) from = Math.max(states[i]!.at, start);
    return from;
  };
  const changes = seen.filter((e) => e.type === "priority");
  const first = changes.findLast((e) => e.at < start)?.to ?? priority;
  let due = dueUnder(first);
  let fair = due;
  for (const change of changes.filter((e) => e.at >= start)) {
    const next = dueUnder(change.to!);
    const at = countedAt(change.at);
    if (next < due || at <= due) due = next;
    if (at <= fair && at <= next) fair = next;
  }
  const reached = stoppedAt ?? stillFrom ?? now;
  const outcomeBy = (limit: number) => (reached > limit ? "breached" : stoppedAt !== null ? "met" : "running");
  const isVoid = known.findLast((e) => e.type.endsWith("a-request"))?.type === "not-a-request";
  const outcome = isVoid ? "void" : outcomeBy(due);
  return {
    ...{ startedAt: start, dueAt: due, stoppedAt, pausedAt: stoppedAt === null ? stillFrom : null, outcome },
    cause: outcome === "breached" && outcomeBy(fair) !== "breached" ? "raised" : null,
  };
}
