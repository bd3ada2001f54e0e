import type { Instant } from "@permanence/kernel";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** RFC 5322, section 4.3, in minutes east of Greenwich. Military letters mean nothing reliable: they are UTC. */
const ZONES: Record<string, number> = { est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480 };
Object.assign(ZONES, { pdt: -420, cet: 60, cest: 120, met: 60, mest: 120, bst: 60, jst: 540 });

const DATE =
  /(\d{1,2})[ -]+([a-z]{3})[a-z]*\.?,?[ -]+(\d{2,4})(?:,?\s+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?)?\s*([+-]\s?\d{1,2}:?\d{0,2}|[a-z]{1,5})?/;
const ASCTIME = /([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+(?:([a-z]{1,5}|[+-]\d{4})\s+)?(\d{4})/;

/** The instant that a Date header names (RFC 5322, section 3.3, and what is written instead); null if it names none. */
export function readDate(value: string): Instant | null {
  const text = value
    .slice(0, 200)
    .replaceAll(/\([^()]*\)/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .toLowerCase();
  const parsed = readRfcDate(text) ?? readAsctime(text) ?? readIsoDate(text);
  return parsed !== null && Number.isSafeInteger(parsed) ? (parsed as Instant) : null;
}

function readRfcDate(text: string): number | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [, day, month, year, hour, minute, second, zone] = match;
  return toMs([year!, month!, day!, hour, minute, second], zone);
}

/** "Tue May 31 10:20:30 2026", as ctime and old gateways write it. */
function readAsctime(text: string): number | null {
  const match = ASCTIME.exec(text);
  if (match === null) return null;
  const [, month, day, hour, minute, second, zone, year] = match;
  return toMs([year!, month!, day!, hour, minute, second], zone);
}

function readIsoDate(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)\s*(z|[+-]\d\d:?\d\d)?/.exec(text);
  if (match === null) return null;
  const [, date, time, zone = "z"] = match;
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? null : ms;
}

function toMs([year, month, day, ...time]: (string | undefined)[], zone: string | undefined): number | null {
  const [hour, minute, second] = time.map((each) => Number(each ?? 0)) as [number, number, number];
  const monthIndex = MONTHS.indexOf(month!);
  if (monthIndex < 0 || Number(day) < 1 || Number(day) > 31 || hour > 24 || minute > 59 || second > 60) return null;
  return Date.UTC(fullYear(year!), monthIndex, Number(day), hour, minute, second) - zoneMinutes(zone) * 60_000;
}

/** RFC 5322, section 4.3: 00 to 49 are of this century; three digits count from 1900. */
function fullYear(year: string): number {
  const number = Number(year);
  if (year.length === 2) return number < 50 ? 2000 + number : 1900 + number;
  return year.length === 3 ? 1900 + number : number;
}

function zoneMinutes(zone = ""): number {
  const match = /^([+-])\s?(\d{1,2}):?(\d{2})?/.exec(zone);
  if (match === null) return ZONES[zone] ?? 0;
  const [, sign, hours, minutes] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0));
}
