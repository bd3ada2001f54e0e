import { assert, type Instant, instant } from "@permanence/kernel";
import { dueAt } from "./business-time.ts";
import type { Calendar } from "./calendar.ts";
import { type OpenSpan, openSpansFrom } from "./open-spans.ts";

/** Time that does not count: from `from`, up to but without `until`; null while nobody knows when it ends. */
export type Pause = { from: Instant; until: Instant | null };

/** What counts from `from` on: open, and not paused. Sorted and disjoint, as `openSpansFrom` gives them.
 *  @param pauses in any order; they may overlap, and be empty or inverted, which is nothing */
export function* countedSpansFrom(calendar: Calendar, from: Instant, pauses: readonly Pause[]): Iterable<OpenSpan> {
  const paused = united(pauses);
  if (paused.length === 0) return yield* openSpansFrom(calendar, from);
  let next = 0;
  for (const { opensAt, closesAt } of openSpansFrom(calendar, from)) {
    let start = opensAt;
    while (next < paused.length && paused[next]!.from < closesAt) {
      const pause = paused[next]!;
      if (pause.from > start) yield { opensAt: start, closesAt: pause.from };
      if (pause.until === null) return;
      if (pause.until > start) start = pause.until;
      if (pause.until > closesAt) break; // It goes on in the next span.
      next++;
    }
    if (start < closesAt) yield { opensAt: start, closesAt };
  }
}

/** Sorted, disjoint, none empty. Of those that never end, the first is the last. */
function united(pauses: readonly Pause[]): Pause[] {
  const result: Pause[] = [];
  for (const pause of pauses.toSorted((a, b) => a.from - b.from)) {
    if (pause.until !== null && pause.until <= pause.from) continue;
    const last = result.at(-1);
    if (last === undefined || (last.until !== null && pause.from > last.until)) result.push({ ...pause });
    else if (last.until !== null && (pause.until === null || pause.until > last.until)) last.until = pause.until;
  }
  return result;
}

/** The instant at which `budgetMs` of counted time has passed since `from`; null where that never comes, as while a
 *  pause has no end. */
export function dueAtWithPauses(
  calendar: Calendar,
  from: Instant,
  budgetMs: number,
  pauses: readonly Pause[],
): Instant | null {
  return dueAt(countedSpansFrom(calendar, from, pauses), from, budgetMs);
}

/** The time in milliseconds that counted between two instants; 0 where `until` is not after `from`. */
export function elapsedIn(calendar: Calendar, from: Instant, until: Instant, pauses: readonly Pause[] = []): number {
  let elapsedMs = 0;
  for (const { opensAt, closesAt } of countedSpansFrom(calendar, from, pauses)) {
    if (opensAt >= until) break;
    elapsedMs += Math.min(closesAt, until) - opensAt;
  }
  return elapsedMs;
}

/** How a due time came about: what counted, each stretch up to the last, and when the budget was spent. */
export type Reckoning = { counted: OpenSpan[]; dueAt: Instant | null; isCut: boolean };

/** @param most stretches that are listed; `isCut` says whether there were more */
export function explainDue(
  calendar: Calendar,
  from: Instant,
  budgetMs: number,
  pauses: readonly Pause[] = [],
  most = 1_000,
): Reckoning {
  assert(budgetMs > 0, "a target is a positive duration");
  const due = dueAtWithPauses(calendar, from, budgetMs, pauses);
  const counted: OpenSpan[] = [];
  for (const span of countedSpansFrom(calendar, from, pauses)) {
    if (due !== null && span.opensAt >= due) break;
    if (counted.length === most) return { counted, dueAt: due, isCut: true };
    const closesAt = due === null ? span.closesAt : instant(Math.min(span.closesAt, due));
    const last = counted.at(-1);
    // Calendars are reckoned in blocks: a span that goes on from one to the next is one to its reader.
    if (last !== undefined && last.closesAt === span.opensAt) last.closesAt = closesAt;
    else counted.push({ opensAt: span.opensAt, closesAt });
  }
  return { counted, dueAt: due, isCut: false };
}
