import { type Instant, instant, SteadyClock, VirtualClock } from "@permanence/kernel";
import { beforeEach, expect, test } from "vitest";
import { describeDisagreement, findDisagreement } from "./clock-watch.ts";

const START = instant(Date.UTC(2026, 5, 1));
const SECOND_MS = 1_000;

let clock: VirtualClock;
let steady: SteadyClock;
let databaseAheadMs: number;
beforeEach(() => {
  clock = new VirtualClock(START);
  steady = new SteadyClock(clock);
  databaseAheadMs = 0;
});

const look = () => findDisagreement(steady, async () => (clock.now() + databaseAheadMs) as Instant);

async function lookFor(seconds: number) {
  const seen = [];
  for (let i = 0; i < seconds; i++) {
    clock.advance(SECOND_MS);
    seen.push(await look());
  }
  return seen;
}

test("a clock that goes evenly is believed, however long nobody looked", async () => {
  expect(await look()).toBeNull();
  clock.advance(86_400_000);
  expect(await look()).toBeNull();
});

test.each([
  [5 * 3_600_000, "jumped 18000 s ahead"],
  [-60_000, "jumped 60 s back"],
])("a jump of %d ms is not believed before it has lasted for five minutes", async (byMs, words) => {
  await lookFor(3);
  clock.jumpTo(instant(clock.now() + byMs));
  const seen = await lookFor(299);
  expect(seen.every((each) => each?.with === "itself")).toBe(true);
  expect(describeDisagreement(seen[0]!)).toContain(words);
  expect((await lookFor(3)).at(-1)).toBeNull();
});

test("a jump that is taken back is over at once, and another one begins anew", async () => {
  clock.jumpTo(instant(clock.now() + 3_600_000));
  expect((await lookFor(200)).at(-1)).toEqual({ with: "itself", byMs: 3_600_000 });
  clock.jumpTo(instant(clock.now() + 3_600_000));
  expect((await lookFor(200)).at(-1)).toEqual({ with: "itself", byMs: 7_200_000 });
  clock.jumpTo(instant(clock.now() - 7_200_000));
  expect(await lookFor(1)).toEqual([null]);
});

test("as long as the database tells another time, nothing is believed", async () => {
  databaseAheadMs = 10_000;
  expect((await lookFor(900)).every((each) => each?.with === "database")).toBe(true);
  expect(describeDisagreement((await look())!)).toContain("10 s back of the database's");
  databaseAheadMs = -4_000;
  expect(await look()).toBeNull();
});

test("meanwhile it tells what it would have told, and afterwards what it was set to", async () => {
  await lookFor(10);
  clock.jumpTo(instant(clock.now() + 5 * 3_600_000));
  const shown = [];
  for (let i = 0; i < 301; i++) {
    clock.advance(SECOND_MS);
    shown.push(steady.now() - START);
  }
  expect(shown[0]).toBe(11 * SECOND_MS);
  expect(shown[299]).toBe(310 * SECOND_MS);
  expect(shown[300]).toBe(311 * SECOND_MS + 5 * 3_600_000);
});
