import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findMissing } from "./lock-file.mjs";

test("the lock holds every package for every kind of machine; else npm ci refuses it (tools/complete-lock.mjs)", () => {
  const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, "../package-lock.json"), "utf8"));
  expect(findMissing(packages)).toEqual([]);
});

test("what is missing is found", () => {
  const packages = {
    "node_modules/a": {
      optionalDependencies: { "a-darwin-arm64": "1.0.0", "a-linux-x64": "1.0.0", inner: "2.0.0" },
      dev: true,
    },
    "node_modules/a-linux-x64": {},
    "node_modules/a/node_modules/inner": {},
  };
  expect(findMissing(packages)).toEqual([{ name: "a-darwin-arm64", version: "1.0.0", isDev: true }]);
});
