import { type Instant, instant } from "@permanence/kernel";
import { type CalendarComponent, type CalendarProperty, readComponents, unescaped } from "./calendar-lines.ts";
import { readRepetition, type Repetition } from "./calendar-repetition.ts";
import { describedOffset, knownZone, plainDateTime } from "./calendar-zone.ts";
import { cleanLine, storable } from "./mime-text.ts";
import type { MailAddress } from "./read-mail.ts";

export type InvitationTime = {
  /** On the clocks of the invitation's time zone: "2026-06-01T10:00:00"; "2026-06-01" where it takes the day. */
  local: string;
  /** Null where it takes the day, or holds wherever one is, or in a zone that nobody knows. */
  at: Instant | null;
};

/** What a calendar's invitation proposes (RFC 5545, RFC 5546). Believed no more than the mail's other words. */
export type Invitation = {
  /** Lower case: "request", "cancel", "reply", "counter", "publish"; empty where none is given. */
  method: string;
  summary: string;
  description: string;
  start: InvitationTime | null;
  /** When it is over: of whole days, the day after the last. */
  end: InvitationTime | null;
  /** "Europe/Brussels", "UTC", or what the sender's program calls it; null where none is given. */
  timeZone: string | null;
  location: string;
  organiser: MailAddress | null;
  /** Of a reply: who answers, and how; null where none of the three is said. */
  answer: { by: MailAddress; answer: "accepted" | "declined" | "tentative" } | null;
  /** More often than once. */
  repeats: boolean;
  /** How often, where a few words can say it. */
  repetition: Repetition | null;
};

/** The first event of a calendar; null where it holds none. */
export function readInvitation(text: string): Invitation | null {
  const calendars = readComponents(text);
  const calendar = calendars.find(({ components }) => components.some(isEvent));
  const event = calendar?.components.find(isEvent);
  if (calendar === undefined || event === undefined) return null;

  const zones = calendar.components.filter(({ name }) => name === "vtimezone");
  const startProperty = property(event, "dtstart");
  const start = startProperty === null ? null : timeOf(startProperty, zones);
  const method = cleanLine(property(calendar, "method")?.value ?? "")
    .toLowerCase()
    .slice(0, 40);
  return {
    method,
    summary: lineOf(event, "summary"),
    description: storable(unescaped(property(event, "description")?.value ?? "").slice(0, LONGEST_DESCRIPTION)),
    start,
    end: endOf(event, startProperty, zones),
    timeZone: startProperty === null ? null : zoneNameOf(startProperty),
    location: lineOf(event, "location"),
    organiser: personOf(property(event, "organizer")),
    answer: method === "reply" ? answerOf(event) : null,
    ...repetitionOf(event, startProperty),
  };
}

const LONGEST_LINE = 1_000;
const LONGEST_DESCRIPTION = 100_000;

const isEvent = ({ name }: CalendarComponent): boolean => name === "vevent";

const property = ({ properties }: CalendarComponent, name: string): CalendarProperty | null =>
  properties.find((property) => property.name === name) ?? null;

const lineOf = (event: CalendarComponent, name: string): string =>
  cleanLine(unescaped(property(event, name)?.value ?? ""))
    .slice(0, LONGEST_LINE)
    .toWellFormed();

function personOf(person: CalendarProperty | null): MailAddress | null {
  if (person === null) return null;
  const address = cleanLine(person.value.replace(/^\s*mailto:/i, ""))
    .slice(0, LONGEST_LINE)
    .toWellFormed();
  const name = cleanLine(person.params.get("cn") ?? "")
    .slice(0, LONGEST_LINE)
    .toWellFormed();
  return address === "" && name === "" ? null : { address, name };
}

const ANSWERS = ["accepted", "declined", "tentative"] as const;

/** RFC 5546, section 3.2.3: a reply names the one attendee who answers. */
function answerOf(event: CalendarComponent): Invitation["answer"] {
  const attendees = event.properties.filter(({ name }) => name === "attendee");
  const by = attendees.length === 1 ? personOf(attendees[0]!) : null;
  const said = attendees[0]?.params.get("partstat")?.toLowerCase();
  const answer = ANSWERS.find((known) => known === said);
  return by === null || answer === undefined ? null : { by, answer };
}

function repetitionOf(event: CalendarComponent, start: CalendarProperty | null) {
  const [rule, dates] = [property(event, "rrule"), property(event, "rdate")];
  const first = start === null ? null : plainDateTime(start.value.trim());
  const isPlain = rule !== null && dates === null && property(event, "exdate") === null;
  const repetition = isPlain && first !== null ? readRepetition(rule.value, first, zoneNameOf(start!) ?? "UTC") : null;
  return { repeats: rule !== null || dates !== null, repetition };
}

function zoneNameOf({ params, value }: CalendarProperty): string | null {
  if (/Z\s*$/.test(value)) return "UTC";
  const declared = params.get("tzid");
  if (declared === undefined || isDay(value)) return null;
  return knownZone(declared) ?? cleanLine(declared).slice(0, 200).toWellFormed();
}

const isDay = (value: string): boolean => /^\d{8}$/.test(value.trim());

function timeOf(property: CalendarProperty, zones: CalendarComponent[]): InvitationTime | null {
  const value = property.value.trim();
  const local = plainDateTime(value);
  if (local === null) return null;
  if (isDay(value)) return { local: local.toPlainDate().toString(), at: null };
  return { local: local.toString(), at: instantOf(local, property, zones) };
}

function instantOf(
  local: Temporal.PlainDateTime,
  { params, value }: CalendarProperty,
  zones: CalendarComponent[],
): Instant | null {
  const declared = params.get("tzid");
  const isUtc = /Z\s*$/.test(value);
  if (declared === undefined && !isUtc) return null; // Section 3.3.5: floating.
  const described = zones.find((zone) => property(zone, "tzid")?.value.trim() === declared);
  const zone = isUtc
    ? "UTC"
    : (knownZone(declared!) ?? (described === undefined ? null : describedOffset(described, local)));
  return zone === null ? null : instant(local.toZonedDateTime(zone).epochMilliseconds);
}

/** Section 3.6.1: an end, or a duration, or neither: then the day, or no time at all. */
function endOf(event: CalendarComponent, start: CalendarProperty | null, zones: CalendarComponent[]) {
  const end = property(event, "dtend");
  if (end !== null) return timeOf(end, zones);
  if (start === null) return null;
  const takesDay = isDay(start.value);
  const local = later(start.value, property(event, "duration")?.value ?? (takesDay ? "P1D" : "PT0S"));
  if (local === null) return null;
  if (takesDay) return { local: local.toPlainDate().toString(), at: null };
  return { local: local.toString(), at: instantOf(local, start, zones) };
}

function later(start: string, duration: string): Temporal.PlainDateTime | null {
  if (!/^\s*\+?P[\dWDTHMS]{1,30}\s*$/.test(duration)) return null;
  try {
    return plainDateTime(start.trim())?.add(duration.trim()) ?? null;
  } catch {
    return null; // "PT", or past the end of time.
  }
}
