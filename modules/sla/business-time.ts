import { assert, type Instant, instant } from "@permanence/kernel";
import type { Calendar } from "./calendar.ts";
import { type OpenSpan, openSpansFrom } from "./open-spans.ts";

/** The instant at which `budgetMs` of open time has passed since `from`, in sorted and disjoint spans; the closing
 *  instant itself when the budget is spent exactly there; null when the spans end first. */
export function dueAt(spans: Iterable<OpenSpan>, from: Instant, budgetMs: number): Instant | null {
  assert(Number.isSafeInteger(budgetMs) && budgetMs > 0, "a target is a positive number of whole milliseconds");

  let remainingMs = budgetMs;
  let reached = from;
  for (const { opensAt, closesAt } of spans) {
    if (closesAt <= from) continue;
    assert(opensAt >= reached || reached === from, "spans are sorted and disjoint");
    const start = opensAt > from ? opensAt : from;
    if (remainingMs <= closesAt - start) return instant(start + remainingMs);
    remainingMs -= closesAt - start;
    reached = closesAt;
  }
  return null;
}

/** `dueAt` in a calendar: null when it is never open long enough. */
export function dueAtIn(calendar: Calendar, from: Instant, budgetMs: number): Instant | null {
  return dueAt(openSpansFrom(calendar, from), from, budgetMs);
}

/** When somebody next works: `at` itself where it is open, else the next opening; null when it never opens. */
export function nextOpening(calendar: Calendar, at: Instant): Instant | null {
  for (const { opensAt } of openSpansFrom(calendar, at)) return opensAt;
  return null;
}

/** Open at the opening instant, no longer at the closing one. */
export function isOpen(calendar: Calendar, at: Instant): boolean {
  return nextOpening(calendar, at) === at;
}
