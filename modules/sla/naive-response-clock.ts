// A second reckoning of the response clock for the tests, straight from the rules and sharing no code with the
// first: it asks plain questions of the whole list of events, again and again, and keeps no state.
import type { ResponseCase } from "./response-case.ts";

type Event = { at: number; type: string; attempt?: string; dated?: number | null; to?: string };
type Promised = { targetMs: number; demands: string; waitingMs: number };

export function naiveFold({ receivedAt, priority, policy, events, now }: ResponseCase) {
  const known = (events as readonly Event[]).filter((e) => !(e.at > now));
  const ofType = (type: string) => known.filter((e) => e.type === type);
  const before = (e: Event) => known.slice(0, known.indexOf(e));

  const priorityBefore = (e: Event) => before(e).findLast((p) => p.type === "priority")?.to ?? priority;
  const promised = (name: string) => (policy as Record<string, Promised>)[name]!;

  const names = [...new Set(ofType("handed-over").map((e) => e.attempt!))];
  const receiptInstants = ofType("displayed").map((e) => e.at);
  const pendingFrom: number[] = [];
  let proven = false;
  for (const name of names) {
    const handOver = ofType("handed-over").find((e) => e.attempt === name)!;
    const { demands, waitingMs } = promised(priorityBefore(handOver));
    const failures = ofType("failed").filter((e) => e.attempt === name);
    if (failures.some((f) => !before(f).some((e) => e.type === "displayed"))) continue;

    const successes = ofType("delivered").filter((e) => e.attempt === name);
    if (successes.length > 0) proven = true;
    const dates = successes.map((s) => {
      let date = s.dated ?? s.at;
      if (date > s.at) date = s.at;
      if (date < handOver.at) date = handOver.at;
      return date;
    });
    const waitIsOver = now - handOver.at >= waitingMs;
    if (demands !== "displayed" && dates.length > 0) receiptInstants.push(dates.sort((a, b) => a - b)[0]!);
    else if (demands === "presumed" && waitIsOver) receiptInstants.push(handOver.at);
    else if (!waitIsOver) pendingFrom.push(handOver.at);
  }

  const changes = ofType("priority");
  const due = (upTo: number): number => {
    if (upTo === 0) return receivedAt + promised(priority).targetMs;
    const replaced = due(upTo - 1);
    const next = receivedAt + promised(changes[upTo - 1]!.to!).targetMs;
    return next > replaced && changes[upTo - 1]!.at > replaced ? replaced : next;
  };
  /** The same when whoever raised a priority after its own due time had not done so. */
  const fairDue = (upTo: number): number => {
    if (upTo === 0) return due(0);
    const replaced = fairDue(upTo - 1);
    const next = receivedAt + promised(changes[upTo - 1]!.to!).targetMs;
    return changes[upTo - 1]!.at > replaced || changes[upTo - 1]!.at > next ? replaced : next;
  };
  const outcomeBy = (dueAt: number) => {
    if (receiptInstants.some((at) => at <= dueAt)) return "met";
    if (receiptInstants.length > 0) return "breached";
    if (pendingFrom.some((at) => at <= dueAt)) return "pending";
    return now > dueAt ? "breached" : "running";
  };

  const lastVoiding = known.findLast((e) => e.type.endsWith("a-request"))?.type;
  const outcome = lastVoiding === "not-a-request" ? "void" : outcomeBy(due(changes.length));
  const isRaised = outcome === "breached" && outcomeBy(fairDue(changes.length)) !== "breached";
  const rung = ofType("displayed").length > 0 ? "displayed" : proven ? "delivered" : "presumed";
  return {
    startedAt: receivedAt,
    dueAt: due(changes.length),
    stoppedAt: receiptInstants.length > 0 ? receiptInstants.sort((a, b) => a - b)[0]! : null,
    outcome,
    receipt: receiptInstants.length > 0 ? rung : null,
    cause: isRaised ? "raised" : null,
  };
}
