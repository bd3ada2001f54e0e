import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testDatabase } from "@permanence/database";
import { expect, onTestFinished, test } from "vitest";
import { readConfiguration } from "../configuration.ts";
import { examine } from "./examination.ts";

test("where there is no installation, that is all that is said, and none is made", async () => {
  const folder = join(temporaryFolder(), "nothing");
  const findings = await examine(readConfiguration(folder, {}));
  expect(findings).toMatchObject([{ check: "database", level: "fail", advice: expect.stringContaining("--data") }]);
  expect(existsSync(folder)).toBe(false);
});

test("of a migrated database without a desk, only the desk is missing", async () => {
  const { url, close } = await testDatabase();
  onTestFinished(close);
  const findings = await examine(readConfiguration(temporaryFolder(), { DATABASE_URL: url }));
  const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]));
  // The tests' server runs without fsync, which an installation must not.
  expect(levels).toMatchObject({ database: "fail", clock: "ok", migrations: "ok", desks: "fail", relay: "warn" });
});

test("a database that does not answer fails by its reason, without its password", async () => {
  const url = "postgres://permanence:s3cret@127.0.0.1:1/permanence";
  const findings = await examine(readConfiguration(temporaryFolder(), { DATABASE_URL: url }));
  expect(findings).toContainEqual(expect.objectContaining({ check: "database", level: "fail" }));
  expect(JSON.stringify(findings)).not.toContain("s3cret");
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "permanence-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
