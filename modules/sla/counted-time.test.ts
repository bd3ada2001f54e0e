import { fromIso, type Instant, instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Calendar } from "./calendar.ts";
import { dueAtWithPauses, elapsedIn, explainDue, type Pause } from "./counted-time.ts";
import { isOpen } from "./business-time.ts";

const HOUR_MS = 3_600_000;
const at = (iso: string) => fromIso(`2026-12-${iso}Z`)!;
const OFFICE: Calendar = {
  timeZone: "Europe/Brussels",
  week: {
    mon: [
      ["09:00", "12:30"],
      ["13:00", "18:00"],
    ],
    thu: [["09:00", "18:00"]],
    fri: [["09:00", "18:00"]],
  },
  holidays: ["2026-12-25"],
};
const NIGHTS: Calendar = {
  timeZone: "Europe/Brussels",
  week: { sat: [["22:00", "02:00"]], mon: [["00:00", "24:00"]] },
};
const pause = (from: string, until: string | null): Pause => ({
  from: at(from),
  until: until === null ? null : at(until),
});

test.each<[string, string, number, Pause[], string | null]>([
  ["no pause", "24T16:30", 4, [], "28T11:30"],
  ["a pause in the way", "24T16:30", 4, [pause("28T09:00", "28T10:00")], "28T13:00"],
  ["a pause while closed", "24T16:30", 4, [pause("25T09:00", "26T10:00")], "28T11:30"],
  ["a pause over closing time", "24T16:30", 4, [pause("24T16:45", "28T08:15")], "28T12:30"],
  [
    "pauses that overlap, in no order",
    "24T16:30",
    4,
    [pause("28T09:30", "28T10:00"), pause("28T09:00", "28T09:45")],
    "28T13:00",
  ],
  ["the same pause twice", "24T16:30", 4, [pause("28T09:00", "28T10:00"), pause("28T09:00", "28T10:00")], "28T13:00"],
  ["an inverted pause is none", "24T16:30", 4, [pause("28T10:00", "28T09:00")], "28T11:30"],
  ["paused before the start and on", "24T16:30", 4, [pause("01T00:00", "24T16:45")], "28T12:15"],
  ["spent as the pause begins", "24T16:30", 0.5, [pause("24T17:00", "28T10:00")], "24T17:00"],
  ["a pause without an end", "24T16:30", 4, [pause("28T09:00", null)], null],
  ["spent before a pause without an end", "24T16:30", 0.25, [pause("28T09:00", null)], "24T16:45"],
])("due: %s", (_, from, hours, pauses, due) => {
  expect(dueAtWithPauses(OFFICE, at(from), hours * HOUR_MS, pauses)).toBe(due && at(due));
});

test("what has elapsed before the start is nothing", () => {
  expect(elapsedIn("always", at("24T16:30"), at("24T16:00"))).toBe(0);
  expect(elapsedIn("always", at("24T16:30"), at("24T17:00"))).toBe(HOUR_MS / 2);
});

test("an explanation lists what counted, a long stretch once", () => {
  const { counted, dueAt } = explainDue(OFFICE, at("24T16:30"), 4 * HOUR_MS, [pause("28T09:00", "28T10:00")]);
  expect(dueAt).toBe(at("28T13:00"));
  expect(counted).toEqual([
    { opensAt: at("24T16:30"), closesAt: at("24T17:00") },
    { opensAt: at("28T08:00"), closesAt: at("28T09:00") },
    { opensAt: at("28T10:00"), closesAt: at("28T11:30") },
    { opensAt: at("28T12:00"), closesAt: at("28T13:00") },
  ]);
  expect(explainDue("always", at("01T00:00"), 400 * 24 * HOUR_MS).counted).toHaveLength(1);
  expect(explainDue(OFFICE, at("01T00:00"), 400 * HOUR_MS, [], 3)).toMatchObject({ isCut: true });
});

const anyInstant = fc.integer({ min: 0, max: 30 * 96 }).map((quarter) => instant(at("01T00:00") + quarter * 900_000));
const anyPause: fc.Arbitrary<Pause> = fc
  .tuple(anyInstant, fc.integer({ min: -4, max: 200 }))
  .map(([from, quarters]) => ({ from, until: instant(from + quarters * 900_000) }));
const anyPauses = fc.array(anyPause, { maxLength: 6 });
const anyCalendar = fc.constantFrom<Calendar>("always", OFFICE, NIGHTS);

/** Quarter by quarter, as one would count on paper: every boundary here lies on one. */
function naive(calendar: Calendar, from: Instant, until: Instant, pauses: Pause[]): number {
  let ms = 0;
  for (let quarter = from; quarter < until; quarter = instant(quarter + 900_000)) {
    const isPaused = pauses.some((each) => quarter >= each.from && (each.until === null || quarter < each.until));
    if (isOpen(calendar, quarter) && !isPaused) ms += 900_000;
  }
  return ms;
}

test("what elapses is what is open and not paused", () => {
  fc.assert(
    fc.property(anyCalendar, anyInstant, anyInstant, anyPauses, (calendar, from, until, pauses) => {
      expect(elapsedIn(calendar, from, until, pauses)).toBe(naive(calendar, from, until, pauses));
    }),
    { numRuns: 300 },
  );
});

test("from start to due, exactly the budget counts", () => {
  fc.assert(
    fc.property(
      anyCalendar,
      anyInstant,
      fc.integer({ min: 1, max: 60 * HOUR_MS }),
      anyPauses,
      (calendar, from, budgetMs, pauses) => {
        const due = dueAtWithPauses(calendar, from, budgetMs, pauses)!;
        expect(elapsedIn(calendar, from, due, pauses)).toBe(budgetMs);
        expect(elapsedIn(calendar, from, instant(due - 1), pauses)).toBe(budgetMs - 1);
      },
    ),
    { numRuns: 500 },
  );
});
