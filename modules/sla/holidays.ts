import type { DayName } from "./calendar.ts";

/** What stands under a day, by any of the names that it has. */
export function readerByDay<T>(
  entries: Iterable<{ day: DayName; value: T }>,
): (day: Temporal.PlainDate) => readonly T[] {
  const byName = Map.groupBy(entries, ({ day }) => day);
  if (byName.size === 0) return () => [];
  return (day) => {
    const date = day.toString();
    const names = [date, date.slice(-5), fromEaster(day)];
    return names.flatMap((name) => (byName.get(name) ?? []).map(({ value }) => value));
  };
}

/** "easter+39" for Ascension Day. */
export function fromEaster(day: Temporal.PlainDate): string {
  const days = easterSunday(day.year).until(day).days;
  return `easter${days < 0 ? "-" : "+"}${Math.abs(days)}`;
}

const easterByYear = new Map<number, Temporal.PlainDate>();

/** Easter Sunday of the Gregorian calendar (J. Meeus, Astronomical Algorithms, chapter 8; unlimited in years). */
export function easterSunday(year: number): Temporal.PlainDate {
  const kept = easterByYear.get(year);
  if (kept) return kept;
  const easter = reckonEaster(year);
  easterByYear.set(year, easter);
  return easter;
}

function reckonEaster(year: number): Temporal.PlainDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30; // Days from 21 March to the full moon,
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7; // and on to the Sunday after it.
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const marchDay = h + l - 7 * m + 22;
  return new Temporal.PlainDate(year, 3, 1).add({ days: marchDay - 1 });
}
