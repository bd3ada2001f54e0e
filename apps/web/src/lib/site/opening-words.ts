import type { Site } from "#lib/api/site-types.ts";
import { LOCALES, type LanguageCode } from "#lib/messages/languages.ts";
import type { Messages } from "#lib/messages/fr.ts";

type Reader = { m: Messages; language: LanguageCode };

/** "Open until 18:00", "Closed today, a public holiday; opens Monday 30 November at 9:00". */
export function openingWords(
  { opening, isHoliday, now, timeZone }: Pick<Site, "opening" | "isHoliday" | "now" | "timeZone">,
  { m, language }: Reader,
): string {
  if (opening === null) return m.site.never;
  const reader = { m, language };
  if (opening.opensAt > now) {
    return (isHoliday ? m.site.holiday : m.site.closed)(momentOf(opening.opensAt, { now, timeZone }, reader));
  }
  return opening.closesAt === null
    ? m.site.openAlways
    : m.site.open(endOf(opening.closesAt, { now, timeZone }, reader));
}

/** "18:00", or with its day where that is another. */
export function endOf(iso: string, { now, timeZone }: Pick<Site, "now" | "timeZone">, reader: Reader): string {
  return isSameDay(iso, now, timeZone) ? timeOf(iso, timeZone) : momentOf(iso, { now, timeZone }, reader);
}
/** "today at 14:00", "tomorrow at 9:00", "Monday 30 November at 9:00". */
export function momentOf(
  iso: string,
  { now, timeZone }: Pick<Site, "now" | "timeZone">,
  { m, language }: Reader,
): string {
  const time = timeOf(iso, timeZone);
  if (isSameDay(iso, now, timeZone)) return m.site.todayAt(time);
  const tomorrow = new Date(Date.parse(now) + DAY_MS).toISOString();
  if (isSameDay(iso, tomorrow, timeZone)) return m.site.tomorrowAt(time);
  const style = { weekday: "long", day: "numeric", month: "long", timeZone } as const;
  return m.site.dayAt(new Intl.DateTimeFormat(LOCALES[language], style).format(Date.parse(iso)), time);
}

/** "4 hours", "30 minutes". */
export function durationWords(ms: number, { m, language }: Reader): string {
  const number = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1 });
  if (ms < HOUR_MS) return m.site.minutes(number.format(ms / MINUTE_MS));
  return ms === HOUR_MS ? m.site.oneHour : m.site.hours(number.format(ms / HOUR_MS));
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function timeOf(iso: string, timeZone: string): string {
  const style = { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone } as const;
  return new Intl.DateTimeFormat("en-GB", style).format(Date.parse(iso)).replace(/^0(?=\d:)/, "");
}

function isSameDay(one: string, other: string, timeZone: string): boolean {
  const day = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeZone });
  return day.format(Date.parse(one)) === day.format(Date.parse(other));
}
