import fc from "fast-check";
import { expect, test } from "vitest";
import { isCorrectable, isNear, keysOf } from "./near-words.ts";

test.each<[string, string, boolean]>([
  ["publcation", "publication", true],
  ["publicationn", "publication", true],
  ["pablication", "publication", true],
  ["pubilcation", "publication", true],
  ["publication", "publication", true],
  ["pblcation", "publication", false],
  ["photo", "photos", true],
  ["abcd", "badc", false],
  ["ab", "ba", true],
])("%s is near %s: %s", (one, other, near) => {
  expect(isNear(one, other)).toBe(near);
  expect(isNear(other, one)).toBe(near);
});

test("whatever is near meets at a key", () => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(
      word,
      fc.nat(),
      fc.nat(25),
      fc.constantFrom("drop", "add", "other", "swap"),
      (right, at, letter, error) => {
        const letters = Array.from(right);
        const place = at % letters.length;
        const wrong = String.fromCharCode(97 + letter);
        if (error === "drop") letters.splice(place, 1);
        if (error === "add") letters.splice(place, 0, wrong);
        if (error === "other") letters[place] = wrong;
        if (error === "swap" && place + 1 < letters.length)
          [letters[place], letters[place + 1]] = [letters[place + 1]!, letters[place]!];
        const typed = letters.join("");
        expect(isNear(typed, right)).toBe(true);
        const keys = new Set(keysOf(right));
        expect(keysOf(typed).some((key) => keys.has(key))).toBe(true);
      },
    ),
  );
});

test.each([
  ["vis", false],
  ["visite", true],
  ["ref123", false],
  ["x".repeat(25), false],
])("%s is kept: %s", (word, kept) => expect(isCorrectable(word)).toBe(kept));
