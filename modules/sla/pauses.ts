import type { Instant } from "@permanence/kernel";
import { dueAt } from "./business-time.ts";
import type { Calendar } from "./calendar.ts";
import { type OpenSpan, openSpansFrom } from "./open-spans.ts";

/** From `from` on nothing counts, and from `until` on it does again. */
export type Pause = { from: Instant; until: Instant };

/** The instant at which `budgetMs` of open time outside of the pauses has passed since `from`; null when it never does.
 *  @param pauses sorted by `from` and disjoint */
export function dueAtWithPauses(
  calendar: Calendar,
  from: Instant,
  budgetMs: number,
  pauses: readonly Pause[],
): Instant | null {
  return dueAt(withoutPauses(openSpansFrom(calendar, from), pauses), from, budgetMs);
}

function* withoutPauses(spans: Iterable<OpenSpan>, pauses: readonly Pause[]): Iterable<OpenSpan> {
  for (const { opensAt, closesAt } of spans) {
    let opens = opensAt;
    for (const { from, until } of pauses) {
      if (until <= opens || from >= closesAt) continue;
      if (from > opens) yield { opensAt: opens, closesAt: from };
      opens = until;
    }
    if (opens < closesAt) yield { opensAt: opens, closesAt };
  }
}
