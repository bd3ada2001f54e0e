import fc from "fast-check";
import { instant, toIso } from "@permanence/kernel";
import { expect, test } from "vitest";
import { readDate } from "./mime-date.ts";

test.each([
  ["Thu, 13 Feb 2026 23:32:54 -0330", "2026-02-14T03:02:54.000Z"],
  ["13 Feb 2026 23:32 +0100", "2026-02-13T22:32:00.000Z"],
  ["Fri, 1 Jan 99 00:00:00 GMT", "1999-01-01T00:00:00.000Z"],
  ["Fri, 01 Jan 26 00:00:00 EST", "2026-01-01T05:00:00.000Z"],
  ["Fri, 1 Jan 2026 00:00:00 +0100 (CET)", "2025-12-31T23:00:00.000Z"],
  ["Fri, 1 Jan 2026 00:00:00", "2026-01-01T00:00:00.000Z"],
  ["Fri,1 Jan 2026 9:05:00 +1", "2026-01-01T08:05:00.000Z"],
  ["Tue May 31 10:20:30 2026", "2026-05-31T10:20:30.000Z"],
  ["Tue May 31 10:20:30 CEST 2026", "2026-05-31T08:20:30.000Z"],
  ["2026-05-31T10:20:30+02:00", "2026-05-31T08:20:30.000Z"],
  ["2026-05-31 10:20:30", "2026-05-31T10:20:30.000Z"],
  ["31-May-2026 10:20:30 +0000", "2026-05-31T10:20:30.000Z"],
])("reads %s", (value, iso) => {
  expect(toIso(readDate(value)!)).toBe(iso);
});

test.each([
  "",
  "yesterday",
  "32 May 2026 10:00:00 +0000",
  "1 Foo 2026 10:00",
  "1 Jan 2026 27:00:00",
  "1 1 1",
  "Thu, 13 Feb",
])("finds no date in %j", (value) => expect(readDate(value)).toBeNull());

test("reads back what RFC 5322 writes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
      const at = instant(seconds * 1000);
      expect(readDate(new Date(at).toUTCString())).toBe(at);
    }),
  );
});

test("never throws, and never gives half a millisecond", () => {
  fc.assert(fc.property(fc.string(), (text) => Number.isSafeInteger(readDate(text) ?? 0)));
});
