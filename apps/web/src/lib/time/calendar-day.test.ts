import { expect, test } from "vitest";
import { en } from "#lib/messages/en.ts";
import { fr } from "#lib/messages/fr.ts";
import { describeTime, describeTimeFully, type Reader } from "#lib/time/calendar-day.ts";

const reader: Reader = {
  language: "en",
  timeZone: "Europe/Brussels",
  nowMs: Date.parse("2026-11-23T00:30:00Z"), // Monday, 1.30 in Brussels.
  words: en.time,
};

test.each([
  ["2026-11-23T13:02:00Z", "today 14:02"],
  ["2026-11-22T23:30:00Z", "today 00:30"], // Still Sunday in UTC.
  ["2026-11-22T22:59:59Z", "yesterday 23:59"],
  ["2026-11-24T08:00:00Z", "tomorrow 09:00"],
  ["2026-11-27T08:00:00Z", "Fri 09:00"],
  ["2026-11-17T08:00:00Z", "Tue 09:00"],
  ["2026-11-01T08:00:00Z", "1 Nov 09:00"],
  ["2025-11-12T08:00:00Z", "12 Nov 2025"],
])("%s is %s", (at, text) => {
  expect(describeTime(Date.parse(at), reader)).toBe(text);
});

test("a day is a day when the clocks change", () => {
  const nowMs = Date.parse("2026-10-25T12:00:00Z"); // The day of 25 hours.
  expect(describeTime(Date.parse("2026-10-24T21:30:00Z"), { ...reader, nowMs })).toBe("yesterday 23:30");
  expect(describeTime(Date.parse("2026-10-25T23:30:00Z"), { ...reader, nowMs })).toBe("tomorrow 00:30");
});

test("the whole of a time is in the reader's language, to the second", () => {
  const whole = describeTimeFully(Date.parse("2026-11-23T13:02:03Z"), { language: "fr", timeZone: "Europe/Brussels" });
  expect(whole).toMatch(/^lundi 23 novembre 2026.*14:02:03$/);
  expect(describeTime(reader.nowMs, { ...reader, language: "fr", words: fr.time })).toBe("aujourd’hui 01:30");
});
