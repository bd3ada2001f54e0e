import { expect, test } from "vitest";
import { easterSunday } from "./holidays.ts";

// From the tables of the U.S. Census Bureau and the Royal Observatory; the earliest and the latest possible among them.
test.each([
  "1818-03-22",
  "1943-04-25",
  "1961-04-02",
  "2000-04-23",
  "2008-03-23",
  "2024-03-31",
  "2025-04-20",
  "2026-04-05",
  "2027-03-28",
  "2038-04-25",
  "2049-04-18",
  "2076-04-19",
  "2285-03-22",
])("Easter of %s", (date) => {
  expect(easterSunday(Number(date.slice(0, 4))).toString()).toBe(date);
});
