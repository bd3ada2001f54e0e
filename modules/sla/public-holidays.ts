import type { DayName } from "./calendar.ts";
import { fromEaster } from "./holidays.ts";

/** "public" is what the law makes a day off; the others are for whoever keeps them. */
export const HOLIDAY_KINDS = ["public", "bank", "school", "optional", "observance"] as const;
export type HolidayKind = (typeof HOLIDAY_KINDS)[number];

export type PublicHoliday = {
  name: string; // In the language asked for, else in the country's own.
  kind: HolidayKind;
  /** One entry where the day follows the date or Easter; else an entry for each year. */
  days: HolidayEntry[];
};

/** As a calendar's holidays take it. */
type HolidayEntry = { day: DayName; closed?: [from: string, until: string][] };

export type HolidayPlace = { code: string; name: string };

/** The countries of which holidays are known: ISO 3166-1. */
export async function holidayCountries(language: string): Promise<HolidayPlace[]> {
  const names = new Intl.DisplayNames([language], { type: "region" });
  const places = Object.keys((await almanac()).getCountries()).map((code) => ({ code, name: names.of(code) ?? code }));
  return places.toSorted((a, b) => a.name.localeCompare(b.name, language));
}

/** The regions that have holidays of their own; null for a country that is not known. */
export async function holidayRegions(country: string, language: string): Promise<HolidayPlace[] | null> {
  const known = await almanac();
  if (!Object.hasOwn(known.getCountries(), country)) return null;
  return placesOf(known.getStates(country, language) ?? {});
}

/**
 * What a country, or a region of it, takes off: to be chosen from, and edited, for a calendar. From the package
 * date-holidays, whose data is under CC BY 3.0.
 * @param region one of `holidayRegions`
 */
export async function publicHolidays(
  place: { country: string; region?: string | undefined },
  { language, firstYear, years = 10 }: { language: string; firstYear: number; years?: number },
): Promise<PublicHoliday[]> {
  const known = await almanac();
  if (place.region === undefined) known.init(place.country);
  else known.init(place.country, place.region);
  known.setLanguages([language, ...known.getLanguages()]);
  const occurrences = Array.from({ length: years }, (_, i) => known.getHolidays(firstYear + i)).flat();
  const byRule = Map.groupBy(occurrences, ({ rule, type }) => `${type} ${rule}`);
  return [...byRule.values()].map((found) => ({
    name: found[0]!.name,
    kind: found[0]!.type,
    days: daysOf(
      found.map(({ date }) => date),
      years,
    ),
  }));
}

async function almanac() {
  const { default: Holidays } = await import("date-holidays"); // 2 MB that only the edit of a calendar needs.
  return new Holidays();
}

function placesOf(names: Record<string, string>): HolidayPlace[] {
  return Object.entries(names).map(([code, name]) => ({ code, name }));
}

/** @param moments "2026-12-24 14:00:00": the time from which the day is off, as the place has it */
function daysOf(moments: string[], years: number): HolidayEntry[] {
  const dates = [...new Set(moments.map((moment) => moment.slice(0, 10)))];
  const names = [(date: string) => date.slice(5), (date: string) => fromEaster(Temporal.PlainDate.from(date))].map(
    (nameOf) => new Set(dates.map(nameOf)),
  );
  const simple = dates.length === years ? names.find((set) => set.size === 1) : undefined;
  const from = moments[0]!.slice(11, 16);
  const isPart = from !== "00:00" && moments.every((moment) => moment.slice(11, 16) === from);
  const part: Pick<HolidayEntry, "closed"> = isPart ? { closed: [[from, "24:00"]] } : {};
  return [...(simple ?? dates)].map((day) => ({ day, ...part }));
}
