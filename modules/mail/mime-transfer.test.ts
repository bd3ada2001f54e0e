import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody } from "./mime-transfer.ts";

const decoded = (text: string, encoding: string): string =>
  Buffer.from(decodeBody(Buffer.from(text, "latin1"), encoding).bytes).toString("latin1");

test.each([
  ["quoted-printable", "caf=E9 =\r\nau lait=3D", "caf\xe9 au lait="],
  ["Quoted-Printable", "trailing blanks   \r\nnext\t\r\n", "trailing blanks\r\nnext\r\n"],
  ["quoted printable", "=c3=a9", "\xc3\xa9"],
  ["quoted-printable", "a=ZZ b=4 c==", "a=ZZ b=4 c="],
  ["base64", "aGVs\r\nbG8=", "hello"],
  ["BASE64 ", "aGVsbG8", "hello"],
  ["base64", "aGU=bGxv", "hello"],
  ["base64", "aGU=\r\nbGxv\r\n", "hello"],
  ["base64", "aGVsbG8g!d29ybGQsIGhlbGxv\r\n", "hello world, hello"],
  ["base64", "This is not base64 at all, honestly.", "This is not base64 at all, honestly."],
  ["x-uuencode", "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n", "Cat"],
  ["uuencode", "nothing of the kind", "nothing of the kind"],
  ["7bit", "as it is\r\n", "as it is\r\n"],
  ["", "as it is", "as it is"],
  ["chunked", "as it is", "as it is"],
])("undoes %s of %j", (encoding, text, expected) => {
  expect(decoded(text, encoding)).toBe(expected);
});

test("says when what was declared does not hold", () => {
  expect(decodeBody(Buffer.from("!!! ??? !!!"), "base64").repair).toContain("not base64");
  expect(decodeBody(Buffer.from("aGVsbG8="), "base64").repair).toBeNull();
});

test("undoes base64 of any bytes, also padded at each line", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1 }), (pieces) => {
      const lines = pieces.map((piece) => Buffer.from(piece).toString("base64")).join("\r\n");
      expect(Buffer.from(decodeBody(Buffer.from(lines), "base64").bytes)).toEqual(Buffer.concat(pieces));
    }),
  );
});

test("undoes quoted-printable of any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const encoded = [...bytes].map((byte) => `=${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("=\r\n");
      expect(Buffer.from(decodeBody(Buffer.from(encoded), "quoted-printable").bytes)).toEqual(Buffer.from(bytes));
    }),
  );
});
