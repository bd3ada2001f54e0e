import { expect, test } from "vitest";
import { dayStart } from "#lib/settings/day-bounds.ts";

test.each([
  ["2026-11-27", "Europe/Brussels", 0, "2026-11-26T23:00:00.000Z"],
  ["2026-07-01", "Europe/Brussels", 0, "2026-06-30T22:00:00.000Z"],
  ["2026-03-29", "Europe/Brussels", 0, "2026-03-28T23:00:00.000Z"], // Clocks go forward on that day,
  ["2026-03-29", "Europe/Brussels", 1, "2026-03-29T22:00:00.000Z"], // which has 23 hours.
  ["2026-10-25", "Europe/Brussels", 1, "2026-10-25T23:00:00.000Z"],
  ["2026-12-31", "America/New_York", 1, "2027-01-01T05:00:00.000Z"],
  ["2026-01-01", "Asia/Kolkata", 0, "2025-12-31T18:30:00.000Z"],
])("%s in %s, %i days on, begins at %s", (day, timeZone, shift, instant) => {
  expect(dayStart(day, timeZone, shift)).toBe(instant);
});

test.each([null, "", "yesterday", "2026-13-01"])("%s is no day", (day) => {
  expect(dayStart(day, "Europe/Brussels")).toBeNull();
});
