import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeWords, normaliseWords } from "./mime-words.ts";

test.each([
  ["=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"],
  ["=?UTF-8?B?Y2Fmw6k=?=", "café"],
  ["=?iso-8859-1?q?caf=E9?= noir", "café noir"],
  ["Re: =?utf-8?Q?=C3=A9t=C3=A9?= !", "Re: été !"],
  // RFC 2047, section 6.2: the white space between words is no content.
  ["=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"],
  ["=?utf-8?Q?a?=   =?iso-8859-1?B?6Q==?=", "aé"],
  ["=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"],
  ["=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"],
  // A character cut between two words.
  ["=?utf-8?B?w4M=?= =?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "Ãé"],
  // Declared wrongly.
  ["=?iso-8859-1?Q?=C3=A9t=C3=A9?=", "été"],
  ["=?utf-8?Q?=E9t=E9?=", "été"],
  ["=?us-ascii?Q?=E9?=", "é"],
  // Written wrongly.
  ["=?utf-8?Q?un mot?=", "un mot"],
  ["=?utf-8*fr?Q?=C3=A9?=", "é"],
  ["=?utf-8?Q?open", "=?utf-8?Q?open"],
  ["=?utf-8?X?what?=", "=?utf-8?X?what?="],
  ["a =?b c", "a =?b c"],
  ["=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"],
])("decodes %s", (value, text) => {
  expect(decodeWords(value)).toBe(text);
});

test("decodes what it is given by a mailer, at any cut", () => {
  const word = (bytes: Buffer): string => `=?utf-8?B?${bytes.toString("base64")}?=`;
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-composite", minLength: 1 }), fc.nat(), (text, seed) => {
      const bytes = Buffer.from(`x${text}`);
      const cut = seed % bytes.length;
      expect(decodeWords(`${word(bytes.subarray(0, cut))} ${word(bytes.subarray(cut))}`)).toBe(`x${text}`);
    }),
  );
});

test("normalising changes the spelling, not the meaning", () => {
  const value = '"A" =?iso-8859-1?Q?=E9=2C_<x@y.z>?= =?utf-8?Q?b?= <a@b.c>, =?utf-8?Q?c?= <d@e.f>';
  expect(decodeWords(normaliseWords(value))).toBe(decodeWords(value));
  expect(normaliseWords(value).match(/<[^>]*>/g)).toEqual(["<a@b.c>", "<d@e.f>"]);
});
