import { type Instant, instant } from "@permanence/kernel";
import { calendarAt, type Desk } from "@permanence/people";
import { type Calendar, nextOpening } from "@permanence/sla";

export const SNOOZE_NAMES = ["later-today", "tomorrow", "next-working-day"] as const;
export type SnoozeName = (typeof SNOOZE_NAMES)[number];

const LATER_HOURS = 3;
const MORNING_HOUR = 9;
const QUARTER_MS = 15 * 60_000;

type Place = { timeZone: string; calendar: Calendar };

/** The instants that the names stand for at `now`; null where there is none: late in the evening nothing is later today,
 *  and a desk that never opens has no next working day. */
export function snoozeTimes(now: Instant, { timeZone, calendar }: Place): Record<SnoozeName, Instant | null> {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  const tomorrow = today.add({ days: 1 });
  const midnight = startOf(tomorrow, timeZone);
  const later = instant(Math.ceil((now + LATER_HOURS * 3_600_000) / QUARTER_MS) * QUARTER_MS);
  return {
    "later-today": later < midnight ? later : null,
    tomorrow: morningOf(tomorrow, timeZone),
    "next-working-day": nextOpening(calendar, midnight),
  };
}

/** When work begins on a day, "2026-12-24"; at 9.00 where the desk is closed on it. Null for what is no day. */
export function snoozeUntilDay(day: string, { timeZone, calendar }: Place): Instant | null {
  let date: Temporal.PlainDate;
  try {
    date = Temporal.PlainDate.from(day);
  } catch {
    return null;
  }
  const opens = nextOpening(calendar, startOf(date, timeZone));
  return opens !== null && opens < startOf(date.add({ days: 1 }), timeZone) ? opens : morningOf(date, timeZone);
}

/** Where and by what calendar the desk counts its own days. */
export function placeOf({ settings, promises }: Desk, now: Instant): Place {
  return { timeZone: settings.timeZone, calendar: calendarAt(promises, settings.workingCalendar, now) };
}

function morningOf(day: Temporal.PlainDate, timeZone: string): Instant {
  return at(day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour: MORNING_HOUR }) }));
}

function startOf(day: Temporal.PlainDate, timeZone: string): Instant {
  return at(day.toZonedDateTime({ timeZone }));
}

function at(time: Temporal.ZonedDateTime): Instant {
  return instant(time.epochMilliseconds);
}
