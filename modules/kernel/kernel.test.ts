import fc from "fast-check";
import { expect, test } from "vitest";
import { base32, fromIso, instant, newId, newToken, seededRandom, systemRandom, toIso, VirtualClock } from "./index.ts";

test("an instant survives its text, and only whole milliseconds are instants", () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }), (date) => {
      const at = instant(date.getTime());
      expect(fromIso(toIso(at))).toBe(at);
    }),
  );
  expect(() => instant(0.5)).toThrow("whole number");
  expect(() => instant(Number.NaN)).toThrow("whole number");
});

test.for(["2026-12-24", "2026-12-24T16:30", "24/12/2026", "2026-13-01T00:00:00Z", "", "2026-12-24T16:30:00"])(
  "%s names no instant: without an offset nobody knows which one is meant",
  (text) => expect(fromIso(text)).toBeNull(),
);

test("ids are UUIDs of version 7 that sort by the time at which they were made", () => {
  const clock = new VirtualClock(instant(1_700_000_000_000));
  const world = { clock, random: seededRandom("ids") };
  const ids = Array.from({ length: 50 }, () => {
    clock.advance(1);
    return newId(world);
  });
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("base 32 is RFC 4648's, in lower case and without padding", () => {
  const examples = {
    "": "",
    f: "my",
    fo: "mzxq",
    foo: "mzxw6",
    foob: "mzxw6yq",
    fooba: "mzxw6ytb",
    foobar: "mzxw6ytboi",
  };
  for (const [plain, encoded] of Object.entries(examples)) expect(base32(Buffer.from(plain))).toBe(encoded);
});

test("a token fits an address and is never the same twice", () => {
  const world = { clock: new VirtualClock(instant(0)), random: seededRandom("tokens") };
  const tokens = Array.from({ length: 100 }, () => newToken(world));
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(token).toMatch(/^[a-z2-7]{32}$/);
});

test("a virtual clock moves by hand: both scales together, or the wall alone", () => {
  const clock = new VirtualClock(instant(1_000));
  clock.advance(500);
  clock.jumpTo(instant(0));
  expect([clock.now(), clock.monotonicMs()]).toEqual([0, 500]);
});

test("the machine's chance is as long as asked for, and never the same twice", () => {
  const lengths = [0, 1, 16, 20, 8_000, 8_192, 8_193, 16, 16];
  expect(lengths.map((length) => systemRandom.bytes(length).length)).toEqual(lengths);
  const drawn = Array.from({ length: 5_000 }, () => systemRandom.bytes(16).toString("hex"));
  expect(new Set(drawn).size).toBe(5_000);
  expect(drawn.some((hex) => /^0+$/.test(hex))).toBe(false);
});
