import { fromIso } from "@permanence/kernel";
import { expect, test } from "vitest";
import { momentWords, promiseWords, workingWords } from "./notice-words.ts";

const at = (iso: string) => fromIso(iso)!;
const BRUSSELS = { timeZone: "Europe/Brussels" };

test("a moment is said in the desk's own time, summer and winter", () => {
  expect(momentWords(at("2026-11-23T13:02:01Z"), { ...BRUSSELS, language: "fr" })).toBe(
    "lundi 23 novembre 2026, 14:02:01 (heure de Bruxelles)",
  );
  expect(momentWords(at("2026-07-21T12:02:01Z"), { ...BRUSSELS, language: "nl" })).toBe(
    "dinsdag 21 juli 2026, 14:02:01 (Brusselse tijd)",
  );
  expect(momentWords(at("2026-07-21T12:02:01Z"), { timeZone: "Europe/London", language: "en" })).toBe(
    "Tuesday, 21 July 2026, 13:02:01 (GMT+1)",
  );
});

test.for([
  { language: "fr", targetMs: 3_600_000, says: "1 heure" },
  { language: "nl", targetMs: 5_400_000, says: "1,5 uur" },
  { language: "en", targetMs: 86_400_000, says: "24 hours" },
  { language: "en", targetMs: 900_000, says: "15 minutes" },
])("$targetMs ms is $says in $language", ({ language, targetMs, says }) => {
  expect(promiseWords("high", targetMs, language)).toContain(says);
});

test("when people are at work", () => {
  const opening = { opensAt: at("2026-11-23T08:00:00Z"), closesAt: at("2026-11-23T17:00:00Z") };
  const words = (now: string, language: string) => workingWords(opening, at(now), { ...BRUSSELS, language });
  expect(words("2026-11-23T08:00:00Z", "fr")).toBe("lundi 23 novembre, jusqu’à 18:00");
  expect(words("2026-11-22T20:00:00Z", "nl")).toBe("vanaf maandag 23 november om 09:00");
  expect(workingWords(null, at("2026-11-22T20:00:00Z"), { ...BRUSSELS, language: "en" })).toBe("to be agreed");
  expect(
    workingWords({ ...opening, closesAt: null }, at("2026-11-24T20:00:00Z"), { ...BRUSSELS, language: "en" }),
  ).toBe("at any hour");
});
