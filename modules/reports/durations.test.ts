import fc from "fast-check";
import { expect, test } from "vitest";
import { Durations, spreadOf } from "./durations.ts";

/** Of the values dealt out to several collections. */
const of = (values: number[], hands = 1) => {
  const collections = Array.from({ length: hands }, () => new Durations());
  for (const [i, value] of values.entries()) collections[i % hands]!.add(value);
  return spreadOf(collections);
};

test.each<[number[], number | null, number | null, number | null]>([
  [[], null, null, null],
  [[7], 7, 7, 7],
  [[3, 1, 2], 2, 3, 3],
  [[4, 1, 3, 2], 2, 4, 4],
  [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5, 9, 10],
])("of %j: half within %j, nine tenths within %j, all within %j", (values, p50Ms, p90Ms, worstMs) => {
  expect(of(values)).toMatchObject({ count: values.length, p50Ms, p90Ms, worstMs });
});

test("a rank is the least value that so large a share does not exceed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1, maxLength: 200 }), (values) => {
      const { p50Ms, p90Ms } = of(values, 3);
      expect(of(values, 3)).toEqual(of(values));
      for (const [rank, share] of [
        [p50Ms!, 0.5],
        [p90Ms!, 0.9],
      ] as const) {
        expect(values.filter((value) => value <= rank).length).toBeGreaterThanOrEqual(share * values.length);
        expect(values.filter((value) => value < rank).length).toBeLessThan(share * values.length);
      }
    }),
  );
});

test("each value stands in one step, at its upper end still", () => {
  const { steps } = of([2_000, 2_001, 60_000, 86_400_000, 86_400_001]);
  expect(steps.filter(({ count }) => count > 0)).toEqual([
    { upToMs: 2_000, count: 1 },
    { upToMs: 10_000, count: 1 },
    { upToMs: 60_000, count: 1 },
    { upToMs: 86_400_000, count: 1 },
    { upToMs: null, count: 1 },
  ]);
});
