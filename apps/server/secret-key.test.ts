import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfiguration } from "./configuration.ts";
import { readSecretKey } from "./secret-key.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "secret-key-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test("a key is made once, also by two processes at a time, and only its owner may read it", async () => {
  const dataDir = folder();
  const configuration = readConfiguration(dataDir, {});
  const keys = await Promise.all([readSecretKey(configuration), readSecretKey(configuration)]);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set([...keys, await readSecretKey(configuration)]).size).toBe(1);
  expect(readdirSync(dataDir)).toEqual(["secret-key"]);
  expect(statSync(join(dataDir, "secret-key")).mode & 0o777).toBe(0o600);
});

test("a key that was set goes before it; a short one, and half of a file, are refused", async () => {
  const dataDir = folder();
  const given = "a key of the operator's own, which is long enough";
  expect(await readSecretKey(readConfiguration(dataDir, { PERMANENCE_SECRET_KEY: given }))).toBe(given);
  expect(readdirSync(dataDir)).toEqual([]);
  expect(() => readConfiguration(dataDir, { PERMANENCE_SECRET_KEY: "short" })).toThrow(/at least 32 characters/);
  writeFileSync(join(dataDir, "secret-key"), "half");
  await expect(readSecretKey(readConfiguration(dataDir, {}))).rejects.toThrow(/holds no whole key/);
});
