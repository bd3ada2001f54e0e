import { knownZone, plainDateTime } from "./calendar-zone.ts";

/** How often an event takes place, where a few words can say it. */
export type Repetition = {
  /** 2: every second day, week, month or year. */
  every: number;
  unit: "day" | "week" | "month" | "year";
  /** Of a week, Monday is 1; empty: on the weekday of the first. */
  weekdays: number[];
  /** The last day on which it may be, "2026-12-12"; null where none is given. */
  until: string | null;
  /** How often in all; null where that is not given. */
  times: number | null;
};

const UNITS: Record<string, Repetition["unit"]> = { DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" };
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const LONGEST_RULE = 500;

/** Reads a rule (RFC 5545, section 3.3.10). Null for one that says more than a Repetition does: half of a rule in words
 *  would be wrong. */
export function readRepetition(rule: string, start: Temporal.PlainDateTime, timeZone: string): Repetition | null {
  if (rule.length > LONGEST_RULE) return null;
  const written = rule
    .toUpperCase()
    .split(";")
    .map((part) => part.trim());
  const parts = new Map(written.filter((part) => part !== "").map((part) => part.split("=", 2) as [string, string]));
  const take = (name: string): string | undefined => {
    const value = parts.get(name);
    parts.delete(name);
    return value;
  };
  take("WKST");
  const frequency = take("FREQ") ?? "";
  const unit = Object.hasOwn(UNITS, frequency) ? UNITS[frequency]! : null;
  const every = numberOf(take("INTERVAL") ?? "1");
  const weekdays = unit === "week" ? weekdaysOf(take("BYDAY")) : [];
  const [end, count] = [take("UNTIL"), take("COUNT")];
  const until = end === undefined ? null : dayOf(end, timeZone);
  const times = count === undefined ? null : numberOf(count);
  // Programs repeat what the start says already.
  if ((unit === "month" || unit === "year") && parts.get("BYMONTHDAY") === String(start.day)) take("BYMONTHDAY");
  if (unit === "year" && parts.get("BYMONTH") === String(start.month)) take("BYMONTH");
  const isUnderstood = (end === undefined || until !== null) && (count === undefined || times !== null);
  if (unit === null || every === null || weekdays === null || !isUnderstood || parts.size > 0) return null;
  return { every, unit, weekdays, until, times };
}

const numberOf = (text: string): number | null => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : null);

function weekdaysOf(list: string | undefined): number[] | null {
  if (list === undefined) return [];
  const days = list.split(",").map((day) => WEEKDAYS.indexOf(day.trim()) + 1);
  return days.includes(0) ? null : [...new Set(days)].toSorted((a, b) => a - b);
}

/** Ends are given in UTC where starts have a zone: after midnight there it may be the day after. */
function dayOf(end: string, timeZone: string): string | null {
  const local = plainDateTime(end);
  if (local === null) return null;
  if (!end.endsWith("Z")) return local.toPlainDate().toString();
  return local
    .toZonedDateTime("UTC")
    .withTimeZone(knownZone(timeZone) ?? "UTC")
    .toPlainDate()
    .toString();
}
