import { fromIso, type Instant, instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dueAt, dueAtIn, isOpen, nextOpening } from "./business-time.ts";
import { type Calendar, WEEKDAYS, type WeeklyCalendar } from "./calendar.ts";
import { openSpans, openSpansFrom } from "./open-spans.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (iso: string) => fromIso(iso)!;
const iso = (instants: Instant | null) => (instants === null ? null : new Date(instants).toISOString().slice(0, 16));

const WORKING = [["09:00", "18:00"]] as const;
const BELGIAN: WeeklyCalendar = {
  timeZone: "Europe/Brussels",
  week: { mon: WORKING, tue: WORKING, wed: WORKING, thu: WORKING, fri: WORKING },
  holidays: ["01-01", "easter+1", "05-01", "easter+39", "easter+50", "07-21", "08-15", "11-01", "11-11", "12-25"],
};
const SPLIT = {
  timeZone: "Europe/Brussels",
  week: {
    thu: [
      ["09:00", "12:30"],
      ["13:00", "18:00"],
    ],
  },
} as const;
const NIGHT = { timeZone: "Europe/Brussels", week: { sat: [["22:00", "02:00"]] }, holidays: ["2026-12-26"] } as const;
const EVE = { timeZone: "Europe/Brussels", week: { sat: [["22:00", "24:00"]] } } as const;
const GAP = { timeZone: "Europe/Brussels", week: { sun: [["02:30", "03:15"]] } } as const;
const LEAP = { timeZone: "UTC", week: { mon: WORKING }, holidays: allDaysBut("02-29") };
/** Christmas Eve ends at noon, and its night shift never begins; stock-taking on a Saturday; a holiday that is worked. */
const PARTLY: WeeklyCalendar = {
  ...BELGIAN,
  week: { ...BELGIAN.week, thu: [...WORKING, ["22:00", "02:00"]] },
  holidays: [
    "12-25",
    {
      day: "12-24",
      closed: [
        ["12:00", "13:00"],
        ["13:00", "02:00"],
      ],
    },
    { day: "2026-12-28" },
  ],
  openings: [
    { day: "2026-12-26", hours: [["10:00", "12:00"]] },
    { day: "12-25", hours: [["23:00", "01:00"]] },
    { day: "2026-12-29", hours: [["17:00", "19:00"]] },
  ],
};
const ONLY_ONCE = { timeZone: "UTC", week: {}, openings: [{ day: "2027-02-01", hours: WORKING }] };
const NEVER = { timeZone: "UTC", week: { mon: [["09:00", "09:00"]], tue: [] } } as const;

function allDaysBut(kept: string): string[] {
  const days = Array.from({ length: 366 }, (_, i) => new Date(Date.UTC(2028, 0, 1 + i)).toISOString().slice(5, 10));
  return days.filter((day) => day !== kept);
}

test.each<[string, Calendar, string, number, string | null]>([
  ["around the clock", "always", "2026-12-24T16:30Z", 4, "2026-12-24T20:30"],
  ["over Christmas and a weekend", BELGIAN, "2026-12-24T16:30Z", 4, "2026-12-28T11:30"],
  ["a budget spent at closing time", BELGIAN, "2026-12-24T13:00Z", 4, "2026-12-24T17:00"],
  ["received when it closes", BELGIAN, "2026-12-24T17:00Z", 1, "2026-12-28T09:00"],
  ["several spans a day", SPLIT, "2026-12-24T10:30Z", 3, "2026-12-24T14:00"],
  ["past midnight, the day of its start being no holiday", NIGHT, "2026-12-19T22:00Z", 3, "2026-12-20T01:00"],
  ["past midnight from a holiday", NIGHT, "2026-12-26T12:00Z", 1, "2027-01-02T22:00"],
  ["ends at midnight", EVE, "2026-12-26T12:00Z", 2, "2026-12-26T23:00"],
  ["over the spring change", BELGIAN, "2026-03-27T16:00Z", 2, "2026-03-30T08:00"],
  ["inverted by the spring change: dropped", GAP, "2026-03-28T12:00Z", 0.5, "2026-04-05T01:00"],
  ["only on a leap day that is a Monday", LEAP, "2026-01-01T00:00Z", 1, "2044-02-29T10:00"],
  ["up to where a part of the day is a holiday", PARTLY, "2026-12-24T08:00Z", 3, "2026-12-24T11:00"],
  ["from a part of a holiday to an opening on a holiday", PARTLY, "2026-12-24T09:00Z", 3, "2026-12-25T23:00"],
  ["past midnight from an opening, then a Saturday", PARTLY, "2026-12-24T11:00Z", 3, "2026-12-26T10:00"],
  ["an opening that overlaps the week's hours", PARTLY, "2026-12-29T15:00Z", 3, "2026-12-29T18:00"],
  ["a whole day under its name", PARTLY, "2026-12-26T11:00Z", 9, "2026-12-29T17:00"],
  ["exceptional openings only", ONLY_ONCE, "2026-01-01T00:00Z", 1, "2027-02-01T10:00"],
  ["an opening that is over", ONLY_ONCE, "2028-01-01T00:00Z", 1, null],
  ["no open minute", NEVER, "2026-01-01T00:00Z", 1, null],
  ["no week", { timeZone: "UTC", week: {} }, "2026-01-01T00:00Z", 1, null],
  ["holidays only", { ...BELGIAN, holidays: allDaysBut("") }, "2026-01-01T00:00Z", 1, null],
])("due: %s", (_, calendar, from, budgetHours, expected) => {
  expect(iso(dueAtIn(calendar, at(from), budgetHours * HOUR_MS))).toBe(expected);
});

test.each([
  ["2026-12-24T16:59:59.999Z", true, "2026-12-24T16:59"],
  ["2026-12-24T17:00Z", false, "2026-12-28T08:00"],
  ["2026-12-28T08:00Z", true, "2026-12-28T08:00"],
  ["2026-04-05T12:00Z", false, "2026-04-07T07:00"], // Easter Sunday; Monday is one too.
  ["2026-05-13T16:00Z", false, "2026-05-15T07:00"], // Ascension Day is the 14th.
  ["2026-05-22T16:00Z", false, "2026-05-26T07:00"], // Whit Monday is the 25th.
])("%s: open %s, next %s", (now, open, next) => {
  expect(isOpen(BELGIAN, at(now))).toBe(open);
  expect(iso(nextOpening(BELGIAN, at(now)))).toBe(next);
});

test("a night twice as long: the hour that is shown twice is worked twice", () => {
  const week = { sun: [["00:00", "06:00"]] } as const;
  const spans = openSpans({ timeZone: "Europe/Brussels", week }, at("2026-10-24T00:00Z"), at("2026-10-26T00:00Z"));
  expect(spans).toEqual([{ opensAt: at("2026-10-24T22:00Z"), closesAt: at("2026-10-25T05:00Z") }]);
});

test("a day that a zone skipped whole adds nothing", () => {
  const calendar = { timeZone: "Pacific/Apia", week: { thu: WORKING, fri: WORKING, sat: WORKING } };
  const spans = openSpans(calendar, at("2011-12-28T00:00Z"), at("2012-01-02T00:00Z"));
  expect(spans.map(({ opensAt }) => iso(opensAt))).toEqual(["2011-12-29T19:00", "2011-12-30T19:00"]);
});

const anyTime = fc.integer({ min: 0, max: 96 }).map((quarter) => {
  const minutes = quarter * 15;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
});
const anyStart = anyTime.filter((time) => time !== "24:00");
const anyDay = fc.array(fc.tuple(anyStart, anyTime), { maxLength: 3 });
const anyDayName = fc.constantFrom("03-30", "2024-04-01", "easter-1", "2024-10-27", "11-04", "2024-12-31", "01-01");
const anyCalendar: fc.Arbitrary<WeeklyCalendar> = fc.record({
  timeZone: fc.constantFrom(
    "Europe/Brussels",
    "America/St_Johns",
    "Asia/Beirut",
    "Pacific/Apia",
    "Australia/Lord_Howe",
  ),
  week: fc.record(Object.fromEntries(WEEKDAYS.map((day) => [day, anyDay])), { requiredKeys: [] }),
  holidays: fc
    .tuple(
      fc.subarray(["12-25", "2024-03-31", "easter+1", "easter-2", "2024-11-03", "03-29"]),
      fc.array(fc.record({ day: anyDayName, closed: anyDay }), { maxLength: 3 }),
    )
    .map(([whole, parts]) => [...whole, ...parts]),
  openings: fc.array(fc.record({ day: anyDayName, hours: anyDay }), { maxLength: 3 }),
});
// Around the changes of daylight saving of these zones in 2024, the end of a year, and of a block of spans kept.
const anyInstant = fc
  .tuple(
    fc.constantFrom("2024-03-10", "2024-03-31", "2024-04-07", "2024-10-27", "2024-11-03", "2024-12-31", "2024-04-27"),
    fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS }),
  )
  .map(([day, offsetMs]) => instant(Date.parse(day) + offsetMs));
const RUNS = { numRuns: 300 };

test("open time from start to due is the budget", () => {
  fc.assert(
    fc.property(anyCalendar, anyInstant, fc.integer({ min: 1, max: 4 * DAY_MS }), (calendar, from, budgetMs) => {
      const due = dueAtIn(calendar, from, budgetMs);
      if (due === null) expect(openSpans(calendar, from, instant(from + 30 * DAY_MS))).toEqual([]);
      else expect(openMs(calendar, from, due)).toBe(budgetMs);
    }),
    RUNS,
  );
});

test("each quarter of an hour is open if and only if the wall clock says so", () => {
  fc.assert(
    fc.property(anyCalendar, anyInstant, (calendar, about) => {
      const quarter = instant(about - (about % (HOUR_MS / 4)));
      fc.pre(!isNearChange(quarter, calendar.timeZone));
      expect(isOpen(calendar, quarter)).toBe(isOpenByWallClock(quarter, calendar));
    }),
    { numRuns: 1000 },
  );
});

test("spans are sorted, disjoint, not empty, and the same from wherever one begins", () => {
  fc.assert(
    fc.property(anyCalendar, anyInstant, fc.integer({ min: 1, max: 90 }), (calendar, from, days) => {
      const until = instant(from + days * DAY_MS);
      const spans = openSpans(calendar, from, until);
      let last: number = from;
      for (const [i, { opensAt, closesAt }] of spans.entries()) {
        expect(opensAt).toBeGreaterThanOrEqual(i === 0 ? last : last + 1);
        expect(closesAt).toBeGreaterThan(opensAt);
        last = closesAt;
      }
      expect(last).toBeLessThanOrEqual(until);
      const earlier = openSpans(calendar, instant(from - 100 * DAY_MS), until).filter((span) => span.closesAt > from);
      const clipped = earlier.map(({ opensAt, closesAt }) => ({ opensAt: Math.max(opensAt, from), closesAt }));
      expect(clipped).toEqual(spans);
    }),
    RUNS,
  );
});

test("spans that end before the budget is spent give no due time", () => {
  const spans = [{ opensAt: instant(10), closesAt: instant(20) }];
  expect(dueAt(spans, instant(15), 5)).toBe(20);
  expect(dueAt(spans, instant(15), 6)).toBeNull();
});

function openMs(calendar: Calendar, from: Instant, until: Instant): number {
  let totalMs = 0;
  for (const { opensAt, closesAt } of openSpansFrom(calendar, from)) {
    if (opensAt >= until) break;
    totalMs += Math.min(closesAt, until) - opensAt;
  }
  return totalMs;
}

/** The daily rule read off the wall clock, which is exact where no change of offset is near. */
function isOpenByWallClock(quarter: Instant, calendar: WeeklyCalendar): boolean {
  const here = Temporal.Instant.fromEpochMilliseconds(quarter).toZonedDateTimeISO(calendar.timeZone);
  const time = here.toPlainTime().toString().slice(0, 5);
  const today = here.toPlainDate();
  return (
    isOpenInDay(calendar, today, minutesOf(time)) ||
    isOpenInDay(calendar, today.subtract({ days: 1 }), minutesOf(time) + 24 * 60)
  );
}

/** @param minute of the day's own spans, which reach up to two days from its midnight */
function isOpenInDay({ week, holidays = [], openings = [] }: WeeklyCalendar, day: Temporal.PlainDate, minute: number) {
  const easter = { "2024-04-01": "easter+1", "2024-03-30": "easter-1", "2024-03-29": "easter-2" }[day.toString()];
  const isNamed = (name: string) => [day.toString(), day.toString().slice(5), easter].includes(name);
  const isWithin = (spans: readonly (readonly [string, string])[]) =>
    spans.some(([from, until]) => {
      const end = minutesOf(until) + (until < from ? 24 * 60 : 0);
      return minutesOf(from) <= minute && minute < end;
    });
  const isClosed = holidays.some((holiday) =>
    typeof holiday === "string" ? isNamed(holiday) : isNamed(holiday.day) && isWithin(holiday.closed!),
  );
  const isExtra = openings.some((opening) => isNamed(opening.day) && isWithin(opening.hours));
  return isExtra || (!isClosed && isWithin(week[WEEKDAYS[day.dayOfWeek - 1]!] ?? []));
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function isNearChange(at: Instant, timeZone: string): boolean {
  const offset = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).offset;
  return new Set([-1.5, -1, 0, 1, 1.5].map((days) => offset(at + days * DAY_MS))).size > 1;
}
