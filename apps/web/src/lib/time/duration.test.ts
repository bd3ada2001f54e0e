import { expect, test } from "vitest";
import { fr } from "#lib/messages/fr.ts";
import { nl } from "#lib/messages/nl.ts";
import { describeDuration } from "#lib/time/duration.ts";

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each([
  [0, "0 s"],
  [999, "0 s"],
  [59 * S + 999, "59 s"],
  [M, "1 min"],
  [H - 1, "59 min"],
  [H, "1 h"],
  [H + 5 * M, "1 h 05"],
  [D - 1, "23 h 59"],
  [D, "1 j"],
  [D + 59 * M, "1 j"],
  [2 * D + 4 * H, "2 j 4 h"],
  [-12 * M, "12 min"],
])("%d ms is %s", (lengthMs, text) => {
  expect(describeDuration(lengthMs, fr.time).replaceAll("\u00a0", " ")).toBe(text);
});

test("the units are the language's, and no line breaks between a number and its unit", () => {
  expect(describeDuration(3 * H + 12 * M, nl.time)).toBe("3\u00a0u\u00a012");
});
