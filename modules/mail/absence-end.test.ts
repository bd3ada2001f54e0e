import type { Instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { absenceEnd } from "./absence-end.ts";

const WRITTEN = Date.UTC(2026, 10, 25, 9) as Instant;

test.each<[string | null, string]>([
  ["2026-12-04", "I am out of the office until 4 December."],
  ["2026-12-04", "I am out of the office until Friday, December 4th, 2026."],
  ["2026-12-07", "On leave from 30 November to 4 December. I will be back on Monday 7 December."],
  ["2027-01-04", "I am away until January 4."],
  ["2026-07-31", "I will be traveling for work on July 10-31 2026."],
  ["2026-12-04", "Back in the office on 2026-12-04."],
  ["2026-12-04", "Je suis absente jusqu'au 4 décembre 2026 inclus."],
  ["2027-01-04", "En congé du 24 décembre au 4 janvier."],
  ["2026-12-01", "De retour au bureau le mardi 1er décembre."],
  ["2026-12-04", "Ik ben afwezig tot en met vrijdag 4 december."],
  ["2026-12-07", "Ik ben met verlof t/m 04/12/2026 en weer bereikbaar op 07-12-2026."],
  ["2026-12-13", "Out until 12/13/2026."],
  ["2026-11-20", "Ik was afwezig tot 20 november."],
  [null, "I am out of the office on Friday."],
  [null, "I am out of the office until 31 June 2026."],
  [null, "I am away until further notice."],
  [null, "Call 12 December Street until then."],
])("%s: %s", (expected, text) => {
  expect(absenceEnd(text, WRITTEN)).toBe(expected);
});

test("without the mail's date, a day counts only with its year", () => {
  expect(absenceEnd("Away until 4 December.", null)).toBeNull();
  expect(absenceEnd("Away until 4 December 2026.", null)).toBe("2026-12-04");
});

test("any text is read, quickly", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
      expect(absenceEnd(text, WRITTEN) ?? "2026-01-01").toMatch(/^\d{4}-\d\d-\d\d$/);
    }),
  );
  const start = performance.now();
  for (const piece of ["away ", "until the ", "du 1 ", "tot en met ", "1/1/", "back on back on "]) {
    absenceEnd(piece.repeat(100_000), WRITTEN);
  }
  expect(performance.now() - start).toBeLessThan(2_000);
});
