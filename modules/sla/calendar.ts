/** Monday to Sunday, as Temporal counts `dayOfWeek` from 1. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** From and until, wall times "HH:MM". "24:00" is the midnight that ends the day; an end before the start
 *  lies on the next day. */
export type DaySpan = readonly [from: string, until: string];

/** Opening hours: always, or by the week in a time zone. Never changed in place: its spans are kept. */
export type Calendar = "always" | WeeklyCalendar;

export type WeeklyCalendar = {
  timeZone: string; // IANA, "Europe/Brussels"
  week: Partial<Record<Weekday, readonly DaySpan[]>>;
  /** A day without opening, or a part of one. A span that starts before a holiday runs on into it. */
  holidays?: readonly (DayName | Holiday)[];
  /** What is open besides, also on a holiday. */
  openings?: readonly Opening[];
};

/** "2026-12-25"; "12-25" each year; "easter+1", "easter-2" counted from Easter Sunday of the same year. */
export type DayName = string;

/** `closed`: only these hours of the day's own spans; the whole day when left out. */
export type Holiday = { day: DayName; closed?: readonly DaySpan[] };

export type Opening = { day: DayName; hours: readonly DaySpan[] };
