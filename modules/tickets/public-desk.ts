import { type Instant, instant } from "@permanence/kernel";
import { AROUND_THE_CLOCK, calendarAt, type Desk, STANDARD_POLICY, termsAt } from "@permanence/people";
import { type Calendar, openSpans, openSpansFrom } from "@permanence/sla";
import { PRIORITIES, type Priority } from "./ticket-tables.ts";

/** When people are at work. `opensAt` in the past: they are there now, until `closesAt`; null: without end. */
export type Opening = { opensAt: Instant; closesAt: Instant | null };

/** What a desk promises for one priority to whoever has no contract of their own. */
export type PublicPromise = {
  priority: Priority;
  targetMs: number;
  /** Whether its hours count around the clock; else while the target's own calendar is open. */
  countsAlways: boolean;
  staffedAlways: boolean;
  /** When somebody works on it. */
  opening: Opening | null;
};

const WEEK_MS = 7 * 86_400_000;

/** When somebody answers: as the desk's working calendar says, and whether only a holiday keeps it shut today. */
export function openingOf({ settings, promises }: Desk, now: Instant): { opening: Opening | null; isHoliday: boolean } {
  const calendar = calendarAt(promises, settings.workingCalendar, now);
  return { opening: openingFrom(calendar, now), isHoliday: isShutByHoliday(calendar, now, settings.timeZone) };
}

/** When somebody works on a ticket of this priority. */
export function workingOpening({ settings, promises }: Desk, priority: Priority, now: Instant): Opening | null {
  const name = settings.staffing[priority] ?? settings.workingCalendar;
  return name === AROUND_THE_CLOCK
    ? { opensAt: now, closesAt: null }
    : openingFrom(calendarAt(promises, name, now), now);
}

export function publicPromises(desk: Desk, now: Instant): PublicPromise[] {
  const { response } = termsAt(desk.promises, STANDARD_POLICY, now);
  return PRIORITIES.map((priority) => ({
    ...{ priority, targetMs: response[priority].targetMs, countsAlways: response[priority].calendar === undefined },
    staffedAlways: desk.settings.staffing[priority] === AROUND_THE_CLOCK,
    opening: workingOpening(desk, priority, now),
  }));
}

/** The opening that people work in now, or the next one. It has no end worth saying where it lasts for a week. */
function openingFrom(calendar: Calendar, now: Instant): Opening | null {
  for (const { opensAt, closesAt } of openSpansFrom(calendar, now)) {
    return { opensAt, closesAt: closesAt - opensAt > WEEK_MS ? null : closesAt };
  }
  return null;
}

/** Whether they would be at work at some time of today, were it not for its holiday. */
function isShutByHoliday(calendar: Calendar, now: Instant, timeZone: string): boolean {
  if (calendar === "always") return false;
  const start = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).startOfDay();
  const [from, until] = [start, start.add({ days: 1 })].map(({ epochMilliseconds }) => instant(epochMilliseconds));
  const opens = (each: Calendar) => openSpans(each, from!, until!).length > 0;
  return !opens(calendar) && opens({ ...calendar, holidays: [] });
}
