import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inGroups } from "./grouped.ts";

type Item = { key: string; n: number; bytes?: number };

function recorder(
  options: { most?: number; atOnce?: number; mostBytes?: number } = {},
  fails: (items: Item[]) => boolean = () => false,
) {
  const groups: Item[][] = [];
  const running = new Map<string, number>();
  let mostRunning = 0;
  const ask = inGroups<Item, string, string>(
    { keyOf: ({ key }) => key, most: 4, bytesOf: ({ bytes }) => bytes ?? 0, ...options },
    async (key, items) => {
      groups.push(items);
      running.set(key, (running.get(key) ?? 0) + 1);
      mostRunning = Math.max(mostRunning, running.get(key)!);
      await turn();
      running.set(key, running.get(key)! - 1);
      if (fails(items)) throw new Error(`no ${items.map(({ n }) => n).join()}`);
      return items.map(({ n }) => `${key}${n}`);
    },
  );
  return { ask, groups, mostRunning: () => mostRunning };
}

test("one alone is worked on at once; those that come meanwhile go together", async () => {
  const { ask, groups } = recorder();
  const first = ask({ key: "a", n: 0 });
  await Promise.resolve();
  const others = [1, 2, 3].map((n) => ask({ key: "a", n }));
  expect(await Promise.all([first, ...others])).toEqual(["a0", "a1", "a2", "a3"]);
  expect(groups.map((group) => group.length)).toEqual([1, 3]);
});

test("each gets its own result, in groups of one key, no larger and no more at once than allowed", async () => {
  const anyItems = fc.array(fc.record({ key: fc.constantFrom("a", "b"), bytes: fc.nat(50) }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(anyItems, fc.integer({ min: 1, max: 5 }), async (some, atOnce) => {
      const { ask, groups, mostRunning } = recorder({ most: 3, atOnce, mostBytes: 80 });
      const items = some.map((item, n) => ({ ...item, n }));
      expect(await Promise.all(items.map(ask))).toEqual(items.map(({ key, n }) => `${key}${n}`));
      expect(mostRunning()).toBeLessThanOrEqual(atOnce);
      for (const group of groups) {
        expect(new Set(group.map(({ key }) => key)).size).toBe(1);
        expect(group.length).toBeLessThanOrEqual(3);
        const bytes = group.reduce((sum, item) => sum + item.bytes!, 0);
        expect(group.length === 1 || bytes <= 80).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test("one that cannot be done does not stand in the others' way", async () => {
  const { ask } = recorder({}, (items) => items.some(({ n }) => n === 2));
  const results = await Promise.allSettled([1, 2, 3].map((n) => ask({ key: "a", n })));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((results[1] as PromiseRejectedResult).reason.message).toBe("no 2");
});

test("trouble that passes is everybody's: nothing is done twice in its midst", async () => {
  const lost = Object.assign(new Error("gone"), { code: "ECONNRESET" });
  let calls = 0;
  const ask = inGroups<number, number, null>({ keyOf: () => null, most: 9 }, () => {
    calls++;
    return Promise.reject(lost);
  });
  const results = await Promise.allSettled([1, 2, 3].map(ask));
  expect(results.map((result) => (result as PromiseRejectedResult).reason)).toEqual([lost, lost, lost]);
  expect(calls).toBe(1);
});

test("one key's work does not keep another's waiting", async () => {
  let free = () => {};
  const blocked = new Promise<void>((resolve) => (free = resolve));
  const done: string[] = [];
  const ask = inGroups<string, void, string>({ keyOf: (key) => key, most: 9 }, async (key) => {
    if (key === "slow") await blocked;
    done.push(key);
    return [undefined];
  });
  const slow = ask("slow");
  await ask("quick");
  free();
  await slow;
  expect(done).toEqual(["quick", "slow"]);
});
