import { type Instant, instant } from "@permanence/kernel";
import { type Calendar, type DaySpan, WEEKDAYS, type WeeklyCalendar } from "./calendar.ts";
import { readerByDay } from "./holidays.ts";

/** Open from `opensAt`, no longer open at `closesAt`. */
export type OpenSpan = { opensAt: Instant; closesAt: Instant };

/** The spans open between `from` and `until`, sorted, disjoint and none of them empty, cut at both ends. */
export function openSpans(calendar: Calendar, from: Instant, until: Instant): OpenSpan[] {
  const spans: OpenSpan[] = [];
  for (const span of openSpansFrom(calendar, from)) {
    if (span.opensAt >= until) break;
    spans.push({ opensAt: span.opensAt, closesAt: min(span.closesAt, until) });
  }
  return unite(spans.filter(({ opensAt, closesAt }) => opensAt < closesAt));
}

/** The open spans from `from` on, as far as anybody asks; ends where the calendar is never open again. One long
 *  opening may come in several spans, each beginning where the last one ended. */
export function* openSpansFrom(calendar: Calendar, from: Instant): Iterable<OpenSpan> {
  if (calendar === "always") return yield { opensAt: from, closesAt: END_OF_TIME };
  const { week, openings = [] } = calendar;
  if (openings.length === 0 && Object.values(week).every((spans) => spans.length === 0)) return;

  let lastOpenBlock = Math.floor(from / BLOCK_MS);
  for (let block = lastOpenBlock; block - lastOpenBlock <= GIVE_UP_AFTER_BLOCKS; block++) {
    if ((block + 1) * BLOCK_MS > END_OF_TIME) return;
    for (const span of spansOfBlock(calendar, block)) {
      if (span.closesAt > from) yield { opensAt: max(span.opensAt, from), closesAt: span.closesAt };
      lastOpenBlock = block;
    }
  }
}

const DAY_MS = 86_400_000;
const END_OF_TIME = instant(Date.UTC(9999, 0, 1));

// Spans are reckoned once for 64 days at a time and kept as long as the calendar is: resolving a wall time
// in a zone costs 3 µs, so that without this a due time ten days away would cost some 100 µs.
const BLOCK_DAYS = 64;
const BLOCK_MS = BLOCK_DAYS * DAY_MS;
// The Gregorian calendar repeats after 400 years: what did not open in them never will.
const GIVE_UP_AFTER_BLOCKS = Math.ceil((400 * 365.2425) / BLOCK_DAYS);

const blocksByCalendar = new WeakMap<WeeklyCalendar, Map<number, OpenSpan[]>>();

function spansOfBlock(calendar: WeeklyCalendar, block: number): OpenSpan[] {
  let blocks = blocksByCalendar.get(calendar);
  if (!blocks) blocksByCalendar.set(calendar, (blocks = new Map()));
  let spans = blocks.get(block);
  if (!spans) blocks.set(block, (spans = reckonBlock(calendar, block)));
  return spans;
}

function reckonBlock(calendar: WeeklyCalendar, block: number): OpenSpan[] {
  const from = instant(block * BLOCK_MS);
  const until = instant(from + BLOCK_MS);
  const spansOn = readerOfDays(calendar);
  // A span of a day two days off may still reach in: 14 hours of zone, past midnight, a skipped day (Samoa, 2011).
  const firstDay = utcDay(from).subtract({ days: 3 });

  const spans: OpenSpan[] = [];
  for (let i = 0; i < BLOCK_DAYS + 6; i++) spans.push(...spansOn(firstDay.add({ days: i })));
  const clipped = spans.map((span) => ({ opensAt: max(span.opensAt, from), closesAt: min(span.closesAt, until) }));
  return unite(clipped.filter(({ opensAt, closesAt }) => opensAt < closesAt));
}

/** The spans that belong to a day: the week's, without what a holiday closes, and those of exceptional openings. */
function readerOfDays({ timeZone, week, holidays = [], openings = [] }: WeeklyCalendar) {
  const closedOn = readerByDay(
    holidays.map((holiday) =>
      typeof holiday === "string" ? { day: holiday, value: null } : { day: holiday.day, value: holiday.closed ?? null },
    ),
  );
  const openOn = readerByDay(openings.map(({ day, hours }) => ({ day, value: hours })));
  return (day: Temporal.PlainDate): OpenSpan[] => {
    const spansOf = (daySpans: readonly DaySpan[]) => daySpans.map((daySpan) => resolve(daySpan, day, timeZone));
    const regular = week[WEEKDAYS[day.dayOfWeek - 1]!] ?? [];
    const closed = regular.length === 0 ? [] : closedOn(day);
    const isWholeHoliday = closed.includes(null);
    return [
      ...(isWholeHoliday
        ? []
        : without(
            spansOf(regular),
            closed.flatMap((hours) => spansOf(hours ?? [])),
          )),
      ...openOn(day).flatMap(spansOf),
    ];
  };
}

/** Some of what is left may be empty. */
function without(spans: OpenSpan[], closed: OpenSpan[]): OpenSpan[] {
  let left = spans;
  for (const { opensAt: from, closesAt: until } of closed) {
    if (until <= from) continue;
    left = left.flatMap(({ opensAt, closesAt }) => [
      { opensAt, closesAt: min(closesAt, from) },
      { opensAt: max(opensAt, until), closesAt },
    ]);
  }
  return left;
}

/** Empty or inverted where a change of daylight saving swallows the span. */
function resolve([from, until]: DaySpan, day: Temporal.PlainDate, timeZone: string): OpenSpan {
  const endsNextDay = until === "24:00" || until < from;
  return {
    opensAt: wallTime(day, from, timeZone),
    closesAt: wallTime(endsNextDay ? day.add({ days: 1 }) : day, until === "24:00" ? "00:00" : until, timeZone),
  };
}

/** "Compatible" (RFC 5545, section 3.3.5, and Temporal): a time that the clocks skip is read with the offset before
 *  the change, and of a time that they show twice the first is meant. */
function wallTime(day: Temporal.PlainDate, time: string, timeZone: string): Instant {
  const zoned = day.toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation: "compatible" });
  return instant(zoned.epochMilliseconds);
}

function utcDay(at: Instant): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("UTC").toPlainDate();
}

/** Sorts, and joins what overlaps or touches. */
function unite(spans: OpenSpan[]): OpenSpan[] {
  const united: OpenSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.opensAt - b.opensAt)) {
    const last = united.at(-1);
    if (last && span.opensAt <= last.closesAt) last.closesAt = max(last.closesAt, span.closesAt);
    else united.push({ ...span });
  }
  return united;
}

const min = (a: Instant, b: Instant) => (a < b ? a : b);
const max = (a: Instant, b: Instant) => (a > b ? a : b);
