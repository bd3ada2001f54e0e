import fc from "fast-check";
import { expect, test } from "vitest";
import { leafDigest, pathOf, rootFrom, rootOf } from "./digest-tree.ts";

const anyLeaves = fc
  .array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 40 })
  .map((all) => all.map((leaf) => leafDigest(leaf)));

test("each leaf's path leads to the root, and no other leaf's does", () => {
  fc.assert(
    fc.property(anyLeaves, fc.nat(), (leaves, pick) => {
      const index = pick % leaves.length;
      const path = pathOf(leaves, index);
      expect(rootFrom(leaves[index]!, path)).toEqual(rootOf(leaves));
      expect(rootFrom(leafDigest("another"), path)).not.toEqual(rootOf(leaves));
    }),
  );
});

test("another order, or one leaf more, is another root", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { minLength: 2, maxLength: 20 }), (numbers) => {
      const leaves = numbers.map((n) => leafDigest(String(n)));
      expect(rootOf(leaves.toReversed())).not.toEqual(rootOf(leaves));
      expect(rootOf([...leaves, leaves.at(-1)!])).not.toEqual(rootOf(leaves));
    }),
  );
});

test("no leaves: zeros", () => {
  expect(rootOf([])).toEqual(Buffer.alloc(32));
});
