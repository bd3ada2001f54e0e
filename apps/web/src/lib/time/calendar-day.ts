import type { Messages } from "#lib/messages/fr.ts";
import { LOCALES, type LanguageCode } from "#lib/messages/languages.ts";

/** Who reads a time: in which language, in which zone, and when. */
export type Reader = { language: LanguageCode; timeZone: string; nowMs: number; words: Messages["time"] };

/** In a narrow place, where the day of today goes without saying. */
export const shortly = (words: Messages["time"]): Messages["time"] => ({ ...words, today: (time) => time });

const DAY_MS = 24 * 60 * 60 * 1000;

/** A time as people say it: "today 14:02", "Mon 14:02" within six days, "12 Nov 14:02", "12 Nov 2025". */
export function describeTime(atMs: number, reader: Reader): string {
  const { language, timeZone, nowMs, words } = reader;
  const format = (options: Intl.DateTimeFormatOptions) => formatter(language, timeZone, options).format(atMs);
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const daysAway = dayNumber(atMs, timeZone) - dayNumber(nowMs, timeZone);

  if (daysAway === 0) return words.today(time);
  if (daysAway === -1) return words.yesterday(time);
  if (daysAway === 1) return words.tomorrow(time);
  if (Math.abs(daysAway) < 7) return `${format({ weekday: "short" })} ${time}`;
  if (Math.abs(daysAway) < 300) return `${format({ day: "numeric", month: "short" })} ${time}`;
  return format({ day: "numeric", month: "short", year: "numeric" });
}

/** The whole of it, for whoever must be sure: weekday, date, and time to the second. */
export function describeTimeFully(atMs: number, { language, timeZone }: Pick<Reader, "language" | "timeZone">): string {
  const options = { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" } as const;
  return formatter(language, timeZone, options).format(atMs);
}

/** Days since 1970-01-01 of the calendar day that it is in the zone. */
function dayNumber(atMs: number, timeZone: string): number {
  const isoDay = formatter("sv", timeZone, { dateStyle: "short" }).format(atMs); // Swedish dates are written as ISO's.
  return Date.parse(isoDay) / DAY_MS;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one costs 30 µs and more, a list needs hundreds. */
function formatter(language: LanguageCode | "sv", timeZone: string, options: Intl.DateTimeFormatOptions) {
  const key = JSON.stringify([language, timeZone, options]);
  const known = formatters.get(key);
  if (known) return known;

  const locale = language === "sv" ? "sv" : LOCALES[language];
  const made = new Intl.DateTimeFormat(locale, { timeZone, ...options });
  formatters.set(key, made);
  return made;
}

/** A day such as "2026-12-04", as people write it. */
export function dayInWords(day: string, language: LanguageCode): string {
  const at = Date.parse(day);
  return Number.isNaN(at) ? day : formatter(language, "UTC", { dateStyle: "long" }).format(at);
}
