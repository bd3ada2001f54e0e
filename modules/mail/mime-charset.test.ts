import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText } from "./mime-charset.ts";

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const utf8 = (text: string): Buffer => Buffer.from(text, "utf8");

test.each([
  ["as declared", latin("d\xe9j\xe0"), "iso-8859-1", "déjà", false],
  ["Windows quotes under a Latin label", latin("l\x92ann\xe9e \x80"), "iso-8859-1", "l’année €", false],
  ["UTF-8 as declared", utf8("déjà €"), "UTF-8", "déjà €", false],
  ["UTF-8 under a Latin label", utf8("déjà"), "iso-8859-1", "déjà", true],
  ["UTF-8 without a label", utf8("déjà"), null, "déjà", true],
  ["UTF-8 declared as ASCII", utf8("déjà"), "us-ascii", "déjà", true],
  ["Windows-1252 without a label", latin("d\xe9j\xe0"), null, "déjà", true],
  ["Windows-1252 declared as UTF-8", latin("d\xe9j\xe0 vu"), "utf-8", "déjà vu", true],
  ["both in one text", Buffer.concat([utf8("déjà "), latin("\xe9t\xe9")]), "utf-8", "déjà été", true],
  ["a label that nobody knows", latin("\xe9t\xe9"), "x-unknown", "été", true],
  ["a label with a typing error", utf8("été"), "uft-8", "été", false],
  ["a code page by number", latin("\xe9t\xe9"), "cp-1252", "été", false],
  ["quotes around a label", latin("\xe9t\xe9"), "'windows-1252'", "été", false],
  ["Cyrillic", latin("\xf0\xd2\xc9\xd7\xc5\xd4"), "koi8-r", "Привет", false],
  [
    "a mark before everything",
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8("été")]),
    "iso-8859-1",
    "été",
    false,
  ],
  ["UTF-16 with its mark", Buffer.from([0xff, 0xfe, 0xe9, 0x00]), "utf-16", "é", false],
  ["UTF-16, the big end first, by its zeros", Buffer.from([0x00, 0x61, 0x00, 0x62]), "utf-16", "ab", false],
  ["ASCII declared as UTF-16", utf8("plain"), "utf-16", "plain", true],
  ["UTF-7", latin("d+AOk-j+AOA- 1 +- 1"), "unicode-1-1-utf-7", "déjà 1 + 1", false],
  ["Japanese by escapes", latin("\x1b$B$3$s\x1b(B"), "iso-2022-jp", "こん", false],
  ["Japanese by escapes, without a label", latin("\x1b$B$3$s\x1b(B"), null, "こん", false],
  ["a Japanese label on Latin bytes", latin("\xe9t\xe9"), "iso-2022-jp", "été", true],
  ["nothing", Buffer.alloc(0), null, "", false],
])("reads %s", (_, bytes, declared, text, isRepaired) => {
  const decoded = decodeText(bytes, declared);
  expect(decoded.text).toBe(text);
  expect(decoded.repair !== null).toBe(isRepaired);
});

test("reads back any text in UTF-8, whatever its label says, if the label is Latin or none", () => {
  const label = fc.constantFrom(null, "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15", "nonsense");
  const texts = fc.string({ unit: "grapheme-composite", minLength: 1 }).filter((text) => !text.startsWith("\ufeff"));
  fc.assert(
    fc.property(texts, label, (text, declared) => {
      expect(decodeText(utf8(text), declared).text).toBe(text);
    }),
  );
});

test("gives a string for any bytes under any label", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.option(fc.string()), (bytes, declared) => {
      expect(typeof decodeText(bytes, declared).text).toBe("string");
    }),
  );
});
