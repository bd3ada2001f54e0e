import { expect, test } from "vitest";
import { holidayCountries, holidayRegions, publicHolidays } from "./public-holidays.ts";

const FROM_2026 = { language: "fr", firstYear: 2026 };

async function daysOf(country: string, region?: string) {
  const holidays = await publicHolidays({ country, region }, FROM_2026);
  return Object.fromEntries(holidays.map(({ name, kind, days }) => [`${kind}: ${name}`, days]));
}

test("the ten legal holidays of Belgium are written as rules, in the language asked for", async () => {
  const holidays = await publicHolidays({ country: "BE" }, FROM_2026);
  const legal = holidays.filter(({ kind }) => kind === "public");
  expect(legal.flatMap(({ days }) => days.map(({ day }) => day))).toEqual([
    "01-01",
    "easter+1",
    "05-01",
    "easter+39",
    "easter+50",
    "07-21",
    "08-15",
    "11-01",
    "11-11",
    "12-25",
  ]);
  expect(legal.map(({ name }) => name)).toContain("Noël");
});

test("a day that follows another rule is written for each year", async () => {
  const days = (await daysOf("NL"))["public: Fête du Roi"]!.map(({ day }) => day);
  expect(days).toHaveLength(10);
  expect(days).toContain("2027-04-27");
  expect(days).toContain("2031-04-26"); // The 27th is a Sunday.
});

test("a region has holidays that its country has not; half days say from when", async () => {
  expect(await daysOf("DE")).not.toHaveProperty(["public: l’Épiphanie"]);
  const bavarian = await daysOf("DE", "BY");
  expect(bavarian["public: l’Épiphanie"]).toEqual([{ day: "01-06" }]);
  const shroveTuesday = bavarian["observance: Faschingsdienstag"];
  expect(shroveTuesday).toEqual([{ day: "easter-47", closed: [["14:00", "24:00"]] }]);
});

test("countries and their regions are named in the language asked for", async () => {
  expect(await holidayCountries("nl")).toContainEqual({ code: "BE", name: "België" });
  expect(await holidayRegions("BE", "fr")).toContainEqual({ code: "BRU", name: "Bruxelles" });
  expect(await holidayRegions("XX", "fr")).toBeNull();
});
