import type { CalendarComponent } from "./calendar-lines.ts";

/** The zone's name as everybody knows it: "Europe/Brussels", also behind the folders that some programs put before
 *  it ("/mozilla.org/20070129_1/Europe/Brussels"). Null for what only the calendar itself explains. */
export function knownZone(declared: string): string | null {
  const segments = declared.slice(0, 200).split("/");
  const candidates = segments.length > 1 ? [segments.slice(-3).join("/"), segments.slice(-2).join("/")] : [declared];
  return candidates.find(isZone) ?? null;
}

/** Offsets ("+02:00") are no names, and "GMT" or "EST" say the same wherever they are read. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

type Onset = { at: Temporal.PlainDateTime; offset: string };

/** The offset that a zone's own description (RFC 5545, section 3.6.5) gives for a time on its clocks; null where it
 *  describes nothing. */
export function describedOffset(zone: CalendarComponent, at: Temporal.PlainDateTime): string | null {
  const onsets = zone.components.slice(0, MOST_OBSERVANCES).flatMap((observance) => onsetsBefore(observance, at));
  const latest = onsets.toSorted((a, b) => Temporal.PlainDateTime.compare(b.at, a.at))[0];
  return latest?.offset ?? null;
}

/** Two rules each for a hundred years. */
const MOST_OBSERVANCES = 200;

/** When an observance (summer or winter time) last began: this year or the year before, else on its first day. */
function onsetsBefore({ properties }: CalendarComponent, at: Temporal.PlainDateTime): Onset[] {
  const valueOf = (name: string): string => properties.find((property) => property.name === name)?.value.trim() ?? "";
  const offset = /^([+-](?:[01]\d|2[0-3]))([0-5]\d)/.exec(valueOf("tzoffsetto"));
  const first = plainDateTime(valueOf("dtstart"));
  if (offset === null || first === null) return [];
  const rule = yearlyRule(valueOf("rrule"));
  const yearly = rule === null ? [] : [at.year, at.year - 1].flatMap((year) => onsetIn(year, rule, first) ?? []);
  return [first, ...yearly]
    .filter((onset) => Temporal.PlainDateTime.compare(onset, at) <= 0)
    .map((onset) => ({ at: onset, offset: `${offset[1]}:${offset[2]}` }));
}

type YearlyRule = { month: number; nth: number; weekday: number };

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", the one form that programs write. */
function yearlyRule(rule: string): YearlyRule | null {
  const month = /BYMONTH=(\d{1,2})(;|$)/.exec(rule)?.[1];
  const [, nth, day] = /BYDAY=([+-]?[1-5])([A-Z]{2})(;|$)/.exec(rule) ?? [];
  const weekday = WEEKDAYS.indexOf(day ?? "") + 1;
  return month === undefined || weekday === 0 ? null : { month: Number(month), nth: Number(nth), weekday };
}

function onsetIn(year: number, { month, nth, weekday }: YearlyRule, first: Temporal.PlainDateTime) {
  if (year < first.year || month < 1 || month > 12) return null;
  const start = first.toPlainDate().with({ year, day: 1, month });
  const firstOf = start.add({ days: (weekday - start.dayOfWeek + 7) % 7 });
  const matching = [0, 1, 2, 3, 4].map((week) => firstOf.add({ weeks: week })).filter((day) => day.month === month);
  return matching.at(nth > 0 ? nth - 1 : nth)?.toPlainDateTime(first.toPlainTime()) ?? null;
}

/** "20260601T100000"; null for what is no time. */
export function plainDateTime(value: string): Temporal.PlainDateTime | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?Z?)?$/.exec(value) ?? [];
  if (year === undefined) return null;
  try {
    const fields = { year: Number(year), month: Number(month), day: Number(day) };
    const time = { hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Math.min(59, Number(second ?? 0)) };
    return Temporal.PlainDateTime.from({ ...fields, ...time }, { overflow: "reject" });
  } catch {
    return null; // February 30th.
  }
}
