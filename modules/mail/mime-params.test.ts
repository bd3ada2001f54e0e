import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStructured } from "./mime-params.ts";

const parsed = (text: string) => {
  const { value, params } = parseStructured(text);
  return [value, Object.fromEntries(params)];
};

test.each([
  ['Text/Plain; Charset="UTF-8"; format=flowed', ["text/plain", { charset: "UTF-8", format: "flowed" }]],
  ["text/plain (plain, really); charset=utf-8 (so they say)", ["text/plain", { charset: "utf-8" }]],
  ['attachment; filename="a;b\\"c.pdf"', ["attachment", { filename: 'a;b"c.pdf' }]],
  ["attachment; filename=my report.pdf", ["attachment", { filename: "my report.pdf" }]],
  ["attachment; filename=Invoice(1).pdf", ["attachment", { filename: "Invoice(1).pdf" }]],
  ['attachment; filename="C:\\temp\\a.pdf"', ["attachment", { filename: "C:\\temp\\a.pdf" }]],
  ['attachment; filename="open.pdf; size=3', ["attachment", { filename: "open.pdf", size: "3" }]],
  ['multipart/mixed boundary="b"', ["multipart/mixed", { boundary: "b" }]],
  ["multipart/mixed; boundary=a; boundary=b", ["multipart/mixed", { boundary: "a" }]],
  ["text/plain; ; charset = utf-8 ;", ["text/plain", { charset: "utf-8" }]],
  // RFC 2231, sections 3 and 4.
  ["attachment; filename*=utf-8'fr'caf%C3%A9.pdf", ["attachment", { filename: "café.pdf" }]],
  ["attachment; filename*1=b.pdf; filename*0=a-", ["attachment", { filename: "a-b.pdf" }]],
  ["attachment; filename*0*=iso-8859-1''caf%E9; filename*1=%41.pdf", ["attachment", { filename: "café%41.pdf" }]],
  ["attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9.pdf", ["attachment", { filename: "café.pdf" }]],
  ["attachment; filename=plain.pdf; filename*=utf-8''caf%C3%A9.pdf", ["attachment", { filename: "café.pdf" }]],
  ["attachment; filename*=latin1'caf%E9.pdf", ["attachment", { filename: "latin1'caf%E9.pdf" }]],
  ["", ["", {}]],
  [";;;", ["", {}]],
])("reads %s", (text, expected) => {
  expect(parsed(text)).toEqual(expected);
});

test("reads any text", () => {
  fc.assert(
    fc.property(
      fc.uint16Array({ maxLength: 100 }).map((units) => String.fromCharCode(...units)),
      (text) => {
        expect(parseStructured(text).params).toBeInstanceOf(Map);
      },
    ),
  );
});
