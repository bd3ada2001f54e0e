import { expect, test } from "vitest";
import { PageCache } from "./page-cache.ts";

test("what was used least recently makes room, and what is too large is not kept", () => {
  const cache = new PageCache<string>(100);
  cache.set("a", "A", 40);
  cache.set("b", "B", 40);
  expect(cache.get("a")).toBe("A");
  cache.set("c", "C", 40);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  cache.set("d", "D", 51);
  expect(cache.get("d")).toBeUndefined();
});
