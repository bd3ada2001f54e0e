import type { Invitation } from "#lib/api/types.ts";
import type { Messages } from "#lib/messages/fr.ts";
import { LOCALES, type LanguageCode } from "#lib/messages/languages.ts";
import { dayInWords } from "#lib/time/calendar-day.ts";

/** Who reads an invitation: in which language, in which zone. */
type Reader = { m: Messages; language: LanguageCode; timeZone: string };

/** What kind of thing it is. A method is the sender's word: one that nobody knows only says that there is a time. */
export function kindInWords({ method, answer }: Invitation, m: Messages): string {
  if (answer !== null) return m.forms.answer[answer.answer];
  const kinds = m.forms.invitation;
  return Object.hasOwn(kinds, method) ? kinds[method as keyof typeof kinds] : kinds.publish;
}

/** From when to when, on the reader's clocks; where it takes days, or nobody knows the zone, as it is written. Empty where
 *  no time is given. */
export function timeInWords({ start, end }: Invitation, { language, timeZone }: Reader): string {
  if (start === null) return "";
  const takesDays = !start.local.includes("T");
  const isKnown = start.at !== null;
  const from = isKnown ? Date.parse(start.at!) : asIf(start.local);
  const over = isKnown ? Date.parse(end?.at ?? "") : asIf(end?.local ?? "");
  const until = takesDays ? over - DAY_MS : over;
  const format = formatter(language, isKnown ? timeZone : "UTC", {
    dateStyle: "full",
    ...(!takesDays && { timeStyle: "short" }),
  });
  if (Number.isNaN(from)) return start.local;
  return until > from ? format.formatRange(from, until) : format.format(from);
}

/** Whose clocks the time is on, where they are not the reader's; null where that goes without saying. */
export function clocksInWords({ start, timeZone: zone }: Invitation, { m, language, timeZone }: Reader): string | null {
  if (start === null || !start.local.includes("T")) return null;
  if (start.at === null) return zone === null ? m.forms.noZone : m.forms.unknownZone(zone);
  if (zone === null || zone === "UTC") return null; // As programs write it; nobody's clock.
  const style = { dateStyle: "short", timeStyle: "short" } as const;
  const [here, there] = [Date.parse(start.at), asIf(start.local)];
  const shownThere = formatter(language, "UTC", style).format(there);
  if (formatter(language, timeZone, style).format(here) === shownThere) return null;
  const isSameDay = dayIn(timeZone, here) === dayIn("UTC", there);
  const local = isSameDay ? formatter(language, "UTC", { timeStyle: "short" }).format(there) : shownThere;
  return m.forms.elsewhere(local, zone);
}

/** How often, as far as it is known; null for what is once. */
export function repetitionInWords({ repeats, repetition }: Invitation, { m, language }: Reader): string | null {
  if (!repeats) return null;
  if (repetition === null) return m.forms.repeats;
  const { every, unit, weekdays, until, times } = repetition;
  const names = weekdays.map((day) => formatter(language, "UTC", { weekday: "long" }).format(SUNDAY + day * DAY_MS));
  const days = new Intl.ListFormat(LOCALES[language], { type: "conjunction" }).format(names);
  const parts = [
    m.forms.every[unit](every),
    ...(names.length === 0 ? [] : [m.forms.on(days, names.length)]),
    ...(until === null ? [] : [m.forms.until(dayInWords(until, language))]),
    ...(times === null ? [] : [m.forms.times(times)]),
  ];
  return `${parts.join(", ")}.`;
}

const DAY_MS = 86_400_000;
/** Monday is day 1 after it. */
const SUNDAY = Date.UTC(2026, 10, 22);

/** As if the clock were in UTC; NaN for no time. */
const asIf = (local: string): number => Date.parse(local.includes("T") ? `${local}Z` : local);

const dayIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short" }).format(at);

function formatter(language: LanguageCode, timeZone: string, options: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(LOCALES[language], { timeZone, hourCycle: "h23", ...options });
}
