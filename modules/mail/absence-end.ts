import type { Instant } from "@permanence/kernel";

/** How much of a text is looked at: people say it first, and signatures name other dates. */
const OPENING_CHARACTERS = 2_000;

/** A date of this long before the mail's own is of the year after. */
const SAME_YEAR_MS = 60 * 86_400_000;

const MONTHS: RegExp[] = [
  /^jan/i,
  /^(?:f(?:e|é)v|feb)/i,
  /^(?:mar|mrt|maart|mär)/i,
  /^(?:avr|apr)/i,
  /^(?:mai|may|mei)/i,
  /^(?:juin|jun)/i,
  /^(?:juil|jul)/i,
  /^(?:ao(?:û|u)|aug)/i,
  /^(?:sep)/i,
  /^(?:oct|okt)/i,
  /^(?:nov)/i,
  /^(?:d(?:é|e)c|dez)/i,
];

const WORD = String.raw`[\p{L}]{3,10}\.?`;
const WEEKDAY = String.raw`(?:(?:the|le|de|op|on)\s)?(?:${WORD},?\s{1,3})?`;
const DAY = String.raw`(?:the\s)?\d{1,2}(?:st|nd|rd|th|er|e)?`;
const YEAR = String.raw`(?:,?\s{0,3}\d{4})?`;
const DATE = [
  String.raw`\d{4}-\d{2}-\d{2}`,
  String.raw`\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?`,
  String.raw`${DAY}\s{0,3}(?:of\s|de\s)?${WORD}${YEAR}`,
  String.raw`${WORD}\s${DAY}(?:\s?[-–]\s?\d{1,2})?${YEAR}`,
].join("|");

/** Words before the day that ends an absence: its last, or the first day back. */
const LEAD_IN = [
  // English
  "until|till|through|thru",
  "(?:back|return|returning|available|reachable)(?: again)?(?: (?:in|to|at) (?:the office|work|my desk))?(?: again)?(?: on| from)?",
  "\\b(?:from|between) [^.\\n]{1,40}? (?:to|and)",
  // French
  "jusqu['’](?:au|à)(?: et y compris)?(?: le)?",
  "(?:de )?retour(?: au bureau| parmi vous)?(?: le| à partir du| dès le)?",
  "\\bdu [^.\\n]{1,40}? au",
  // Dutch
  "tot(?: en met| en met de| aan)?|t/m|t\\.e\\.m\\.|tem",
  "(?:terug|weer)(?: (?:op kantoor|bereikbaar|aanwezig|beschikbaar))?(?: op| vanaf)?",
].join("|");

const ENDING = new RegExp(`\\b(?:${LEAD_IN})\\s${WEEKDAY}(${DATE})`, "giu");
/** "July 10-31", "10-31 juillet 2026": a range needs no other word. */
const RANGE = new RegExp(
  String.raw`\b(?:${WORD}\s\d{1,2}\s?[-–]\s?\d{1,2}|\d{1,2}\s?[-–]\s?\d{1,2}\s${WORD})${YEAR}`,
  "giu",
);

/**
 * The day that an absent person's machine names as the end of the absence, "2026-12-04": the last that it names, be
 * it the last day away or the first one back. A year that is not said is taken from the mail's own date. Null where
 * the text names none.
 */
export function absenceEnd(text: string, writtenAt: Instant | null): string | null {
  const opening = text.slice(0, OPENING_CHARACTERS).replaceAll(/\s+/g, " ");
  const ends = [...opening.matchAll(ENDING)].map(([, date]) => date!);
  const ranges = [...opening.matchAll(RANGE)].map(([range]) => range);
  const days = [...ends, ...ranges].flatMap((date) => readDay(date, writtenAt) ?? []);
  return days.toSorted().at(-1) ?? null;
}

function readDay(text: string, writtenAt: Instant | null): string | null {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (iso !== null) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const numbers = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2,4}))?$/.exec(text);
  if (numbers !== null) {
    const [first, second] = [Number(numbers[1]), Number(numbers[2])];
    // Day before month, as in Europe, unless it cannot be.
    const [day, month] = second > 12 ? [second, first] : [first, second];
    return inYear(numbers[3], month, day, writtenAt);
  }
  return inWords(text, writtenAt);
}

function inWords(text: string, writtenAt: Instant | null): string | null {
  const word = /\p{L}{3,10}/u.exec(text.replace(/^the\s/, ""))?.[0] ?? "";
  const month = MONTHS.findIndex((name) => name.test(word)) + 1;
  const year = /(?<!\d)\d{4}(?!\d)/.exec(text)?.[0];
  const days = [...text.replaceAll(/\d{4}/g, " ").matchAll(/\d{1,2}/g)].map(([number]) => Number(number));
  return month === 0 || days.length === 0 ? null : inYear(year, month, days.at(-1)!, writtenAt);
}

function inYear(year: string | undefined, month: number, day: number, writtenAt: Instant | null): string | null {
  if (year !== undefined) return dayOf(Number(year) + (year.length === 2 ? 2000 : 0), month, day);
  if (writtenAt === null) return null;
  const thisYear = new Date(writtenAt).getUTCFullYear();
  const isPast = Date.UTC(thisYear, month - 1, day) < writtenAt - SAME_YEAR_MS;
  return dayOf(isPast ? thisYear + 1 : thisYear, month, day);
}

/** A day that exists: neither 31 June nor the year 0. */
function dayOf(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1970 && year < 10_000;
  return isReal ? date.toISOString().slice(0, 10) : null;
}
