import fc from "fast-check";
import { expect, test } from "vitest";
import { readSearchText, type SearchText } from "./query-text.ts";

const NAMES = new Set(["priority", "org", "is"]);
const NOTHING: SearchText = { words: [], phrases: [], without: [], filters: [] };

test.each<[string, Partial<SearchText>]>([
  ["", {}],
  ["photos floues", { words: ["photos", "floues"] }],
  ['"photos floues" bien', { phrases: ["photos floues"], words: ["bien"] }],
  ['"photos"', { words: ["photos"] }],
  ['"photos flou', { phrases: ["photos flou"] }],
  ["photos -floues", { words: ["photos"], without: ["floues"] }],
  ["priority:urgent", { filters: [{ name: "priority", value: "urgent", isNot: false }] }],
  ["Priority:URGENT", { filters: [{ name: "priority", value: "URGENT", isNot: false }] }],
  [
    'org:"Agence X" is:breached',
    {
      filters: [
        { name: "org", value: "Agence X", isNot: false },
        { name: "is", value: "breached", isNot: false },
      ],
    },
  ],
  ["-is:open", { filters: [{ name: "is", value: "open", isNot: true }] }],
  ["org:", { words: ["org"] }],
  ["re:photos", { words: ["re", "photos"] }],
  ["lea@agence.be", { words: ["lea@agence.be"] }],
  ["l’agence #12", { words: ["l’agence", "12"] }],
  ["?!… --", {}],
])("%j is read", (typed, expected) => {
  expect(readSearchText(typed, NAMES)).toEqual({ ...NOTHING, ...expected });
});

test("whatever is typed, it is read, and words hold what can be found", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (typed) => {
      const { words, without } = readSearchText(typed, NAMES);
      for (const word of [...words, ...without]) expect(word).toMatch(/[\p{L}\p{N}]/u);
    }),
  );
});
