import type { CalendarVersion, Weekday } from "#lib/api/types.ts";

export type CalendarDocument = CalendarVersion["document"];
type DaySpan = [from: string, until: string];

export const WEEKDAYS: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** "09:00–12:30, 13:00–18:00" */
export function hoursText(spans: readonly DaySpan[] = []): string {
  return spans.map(([from, until]) => `${from}–${until}`).join(", ");
}

/** What is no time of day stays as it was typed, for the API to name. */
function readHours(text: string): string[][] {
  return text
    .split(/[,;]/)
    .map((span) => span.trim())
    .filter((span) => span !== "")
    .map((span) =>
      span.split(/\s*[–—-]\s*/).map((time) => time.replace(/^(\d):/, "0$1:").replace(/^(\d\d?)[.h](\d\d)$/, "$1:$2")),
    );
}

/** A line for each day: "12-25 Noël"; of a part of it "12-24 13:00–24:00 Réveillon". */
export function holidaysText(holidays: CalendarDocument["holidays"]): string {
  return holidays
    .map((holiday) =>
      typeof holiday === "string"
        ? holiday
        : [holiday.day, hoursText(holiday.closed), holiday.name].filter(Boolean).join(" "),
    )
    .join("\n");
}

export function openingsText(openings: CalendarDocument["openings"] = []): string {
  return openings.map(({ day, hours, name }) => [day, hoursText(hours), name].filter(Boolean).join(" ")).join("\n");
}

const DAY_LINE = /^(\S+)((?:\s*,?\s*\d{1,2}[:.h]\d\d\s*[–—-]\s*\d{1,2}[:.h]\d\d)*)\s*(.*)$/;

function readDays(text: string) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [, day = line, hours = "", name = ""] = DAY_LINE.exec(line) ?? [];
      return { day, hours: readHours(hours.replace(/(\d)\s+(?=\d{1,2}[:.h])/g, "$1, ")), name };
    });
}

/** What the form of a calendar says, to be checked by the API. */
export function readCalendar(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? "");
  const week = Object.fromEntries(WEEKDAYS.map((day) => [day, readHours(text(`week.${day}`))]));
  const holidays = readDays(text("holidays")).map(({ day, hours, name }) =>
    hours.length === 0 && name === ""
      ? day
      : { day, ...(name && { name }), ...(hours.length > 0 && { closed: hours }) },
  );
  const openings = readDays(text("openings")).map(({ day, hours, name }) => ({ day, hours, ...(name && { name }) }));
  return { timeZone: text("timeZone").trim(), week, holidays, ...(openings.length > 0 && { openings }) };
}
