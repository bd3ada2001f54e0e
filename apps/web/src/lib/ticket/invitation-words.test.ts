import { expect, test } from "vitest";
import type { Invitation } from "#lib/api/types.ts";
import { en } from "#lib/messages/en.ts";
import { fr } from "#lib/messages/fr.ts";
import { nl } from "#lib/messages/nl.ts";
import { clocksInWords, kindInWords, repetitionInWords, timeInWords } from "#lib/ticket/invitation-words.ts";

const READERS = { fr, nl, en };
const reader = (language: keyof typeof READERS) => ({ m: READERS[language], language, timeZone: "Europe/Brussels" });

const invitation = (given: Partial<Invitation>): Invitation => ({
  ...{ method: "request", summary: "", description: "", location: "", organiser: null, answer: null },
  ...{ start: null, end: null, timeZone: null, repeats: false, repetition: null },
  ...given,
});
const at = (local: string, utc: string | null = null) => ({ local, at: utc });

test.each([
  ["no time", {}, "", null],
  ["hours of one day", { start: at("2026-12-01T10:00:00", "2026-12-01T09:00:00Z"), end: at("2026-12-01T11:30:00", "2026-12-01T10:30:00Z"), timeZone: "Europe/Brussels" }, "Tuesday, 1 December 2026, 10:00–11:30", null],
  ["another zone of the same time", { start: at("2026-12-01T10:00:00", "2026-12-01T09:00:00Z"), timeZone: "Europe/Paris" }, "Tuesday, 1 December 2026 at 10:00", null],
  ["UTC, as programs write it", { start: at("2026-12-01T09:00:00", "2026-12-01T09:00:00Z"), timeZone: "UTC" }, "Tuesday, 1 December 2026 at 10:00", null],
  ["another time of that day", { start: at("2026-12-01T09:00:00", "2026-12-01T09:00:00Z"), timeZone: "Europe/London" }, "Tuesday, 1 December 2026 at 10:00", "sender’s time: 09:00, Europe/London"],
  ["another day", { start: at("2026-12-02T08:00:00", "2026-12-01T23:00:00Z"), timeZone: "Asia/Tokyo" }, "Wednesday, 2 December 2026 at 00:00", "sender’s time: 08:00, Asia/Tokyo"],
  ["the day before", { start: at("2026-12-01T20:00:00", "2026-12-02T01:00:00Z"), timeZone: "America/New_York" }, "Wednesday, 2 December 2026 at 02:00", "sender’s time: 01/12/2026, 20:00, America/New_York"],
  ["a zone that nobody knows", { start: at("2026-12-01T09:00:00"), timeZone: "Here" }, "Tuesday, 1 December 2026 at 09:00", "a time zone that this desk does not know: Here"],
  ["no zone", { start: at("2026-12-01T09:00:00") }, "Tuesday, 1 December 2026 at 09:00", "without a time zone, as the sender wrote it"],
  ["a day", { start: at("2026-12-01"), end: at("2026-12-02") }, "Tuesday, 1 December 2026", null],
  ["an end before the start", { start: at("2026-12-02"), end: at("2026-12-01") }, "Wednesday, 2 December 2026", null],
])("when: %s", (_, given, when, clocks) => {
  const told = invitation(given);
  expect(timeInWords(told, reader("en")).replaceAll(/[\u2009\u202f]/g, "")).toBe(when);
  expect(clocksInWords(told, reader("en"))).toBe(clocks);
}); // prettier-ignore

test("days that last", () => {
  const told = timeInWords(invitation({ start: at("2026-12-01"), end: at("2026-12-04") }), reader("en"));
  expect(told).toMatch(/Tuesday,? 1.*Thursday,? 3 December 2026$/);
});

const weekly = { every: 1, unit: "week", weekdays: [2, 4], until: "2026-12-12", times: null } as const;

test.each([
  ["fr", { ...weekly, weekdays: [2] }, "Chaque semaine, le mardi, jusqu’au 12 décembre 2026."],
  ["fr", { ...weekly, weekdays: [2, 4] }, "Chaque semaine, les mardi et jeudi, jusqu’au 12 décembre 2026."],
  ["nl", { ...weekly, weekdays: [2, 4] }, "Elke week, op dinsdag en donderdag, tot en met 12 december 2026."],
  ["en", { ...weekly, every: 2, weekdays: [1, 7], until: null, times: 10 }, "Every 2 weeks, on Monday and Sunday, 10 times."],
  ["en", null, "It repeats."],
] as const)("how often, in %s: %j", (language, repetition, words) => {
  const told = repetition && { ...repetition, weekdays: [...repetition.weekdays] };
  expect(repetitionInWords(invitation({ repeats: true, repetition: told }), reader(language))).toBe(words);
  expect(repetitionInWords(invitation({}), reader(language))).toBeNull();
}); // prettier-ignore

test.each([
  [{}, "An invitation"],
  [{ method: "cancel" }, "An appointment that is cancelled"],
  [{ method: "reply" }, "An answer to an invitation"],
  [{ method: "reply", answer: { by: { name: "Ann", address: "" }, answer: "declined" } }, "Invitation declined"],
  [{ method: "constructor" }, "An appointment"], // A sender's word, on an object of ours.
  [{ method: "<b>" }, "An appointment"],
] as const)("what it is: %j", (given, words) => {
  expect(kindInWords(invitation(given), en)).toBe(words);
});
