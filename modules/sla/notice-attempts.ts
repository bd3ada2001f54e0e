import { type Instant, instant } from "@permanence/kernel";
import type { ResponseEvent, Receipt, ResponseCase } from "./response-case.ts";

/** One hand-over of the notice to the relay, with all that was ever learned of it. */
export type Attempt = {
  id: string;
  handedOverAt: Instant;
  demands: Receipt;
  waitingEndsAt: Instant; // From this instant on receipt may be presumed.
  deliveredAt: Instant | null;
  failed: boolean;
};

/** The attempts among `known`. Reports on what was never handed over are nobody's and change nothing. */
export function findAttempts(responseCase: ResponseCase, known: readonly ResponseEvent[]): Attempt[] {
  const attempts = findHandOvers(responseCase, known);
  let displayed = false;
  for (const event of known) {
    if (event.type === "displayed") displayed = true;
    if (event.type !== "delivered" && event.type !== "failed") continue;
    const attempt = attempts.get(event.attempt);
    if (!attempt) continue;
    if (event.type === "delivered") attempt.deliveredAt = earliest(attempt.deliveredAt, dateOf(event, attempt));
    else if (!displayed) attempt.failed = true; // A failure after the customer saw the notice moves no clock.
  }
  return [...attempts.values()];
}

/** What suffices is what was demanded at the hand-over, under the priority of that moment. */
function findHandOvers({ priority, policy }: ResponseCase, known: readonly ResponseEvent[]): Map<string, Attempt> {
  const attempts = new Map<string, Attempt>();
  let inForce = priority;
  for (const event of known) {
    if (event.type === "priority") inForce = event.to;
    if (event.type !== "handed-over" || attempts.has(event.attempt)) continue;
    attempts.set(event.attempt, {
      id: event.attempt,
      handedOverAt: event.at,
      demands: policy[inForce].demands,
      waitingEndsAt: instant(event.at + policy[inForce].waitingMs),
      deliveredAt: null,
      failed: false,
    });
  }
  return attempts;
}

/** A reporter's clock may be wrong: nothing is delivered before it was handed over, or after the report of it came. */
function dateOf(report: { at: Instant; dated: Instant | null }, { handedOverAt }: Attempt): Instant {
  const dated = Math.min(report.dated ?? report.at, report.at);
  return instant(Math.max(dated, handedOverAt));
}

function earliest(a: Instant | null, b: Instant): Instant {
  return a !== null && a < b ? a : b;
}

/** When the customer received this attempt, as far as is known at `now`: proof where it came, else the presumption. */
export function receiptOf(attempt: Attempt, now: Instant): Instant | null {
  if (attempt.failed) return null;
  if (attempt.deliveredAt !== null && attempt.demands !== "displayed") return attempt.deliveredAt;
  if (attempt.demands === "presumed" && now >= attempt.waitingEndsAt) return attempt.handedOverAt;
  return null;
}

/** Neither received nor failed, and its waiting time is not over. */
export function isWaiting(attempt: Attempt, now: Instant): boolean {
  return !attempt.failed && receiptOf(attempt, now) === null && now < attempt.waitingEndsAt;
}
