import { z } from "zod";

// Opening hours as an operator writes them. modules/sla counts with them as they are, once they have passed here.

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAY_MINUTES = 24 * 60;

const UNTIL_TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const UNTIL = 'must be a time of day such as "18:00", or "24:00"';

const from = z.string().regex(TIME, 'must be a time of day such as "09:00"');
const until = z.string(UNTIL).regex(UNTIL_TIME, UNTIL);
const span = z
  .tuple([from, until], 'must be two times, such as ["09:00", "18:00"]')
  .refine(([from, until]) => from !== until, "must not be empty: it ends when it starts");
const week = z
  .partialRecord(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(", ")}`), z.array(span, "must be a list of spans"))
  .refine((days) => Object.values(days).some((spans) => spans.length > 0), "must be open at some time")
  .superRefine((days, context) => {
    for (const place of overlaps(days)) context.addIssue({ code: "custom", path: place, message: OVERLAP });
  });
const OVERLAP = "must not overlap another span, past midnight included";

export const timeZoneSchema = z
  .string("must be the name of a time zone")
  .refine(isTimeZone, 'must be a time zone such as "Europe/Brussels"');

const dayName = z
  .string("must be a text: put it between quotes")
  .refine(
    isHoliday,
    'must be a day that exists: "2026-12-25", "12-25" for each year, or counted from Easter, "easter+1"',
  );
const name = z.string("must be a text").trim().max(100, "must be at most 100 characters").optional();
const hours = z
  .array(span, "must be a list of spans")
  .min(1, "must have one span at least")
  .superRefine((spans, context) => {
    for (const [, index] of overlaps({ mon: spans }))
      context.addIssue({ code: "custom", path: [index!], message: OVERLAP });
  });
const holiday = z.union(
  [
    dayName,
    /** `closed`: only these hours of the day's own; all of it when left out. */
    z.strictObject({ day: dayName, name, closed: hours.optional() }),
  ],
  'must be a day such as "12-25", or a day of which some hours are closed: { day: "12-24", closed: [["13:00", "18:00"]] }',
);

export const calendarSchema = z.strictObject({
  timeZone: timeZoneSchema.optional(), // The desk's own when left out.
  week,
  holidays: z.array(holiday, "must be a list of days").default([]),
  /** Open besides, holiday or not. */
  openings: z.array(z.strictObject({ day: dayName, name, hours }), "must be a list of openings").optional(),
});

type Week = z.infer<typeof week>;

/** A calendar as modules/sla takes it. */
export type CalendarSettings = z.output<typeof calendarSchema> & { timeZone: string };

/** Places of spans that begin before another has ended, the week taken as a circle. */
function overlaps(week: Week): (string | number)[][] {
  const spans = WEEKDAYS.flatMap((day, dayIndex) =>
    (week[day] ?? []).map(([from, until], index) => {
      const start = dayIndex * DAY_MINUTES + minutesOf(from);
      const lengthMinutes = (minutesOf(until) - minutesOf(from) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
      return { start, end: start + lengthMinutes, place: [day, index] };
    }),
  ).toSorted((a, b) => a.start - b.start);
  const next = (index: number) => spans[index + 1]?.start ?? spans[0]!.start + 7 * DAY_MINUTES;
  return spans.filter(({ end }, index) => end > next(index)).map(({ place }) => place);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function isTimeZone(name: string): boolean {
  try {
    void new Temporal.ZonedDateTime(0n, name);
    return /^[A-Za-z]/.test(name); // Not "+01:00": it has no daylight saving.
  } catch {
    return false;
  }
}

// Easter Sunday falls between the 81st and the 116th day of the year: within these, the day is in the same year.
const EASTER = /^easter[+-](0|[1-9]\d{0,2})$/;
const MOST_BEFORE_EASTER = 80;
const MOST_AFTER_EASTER = 249;

function isHoliday(text: string): boolean {
  if (EASTER.test(text)) {
    const days = Number(text.slice("easter".length));
    return days >= -MOST_BEFORE_EASTER && days <= MOST_AFTER_EASTER;
  }
  if (/^\d\d-\d\d$/.test(text)) return isDate(`2024-${text}`); // A leap year: 02-29 is a holiday when there is one.
  return /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text);
}

function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}
