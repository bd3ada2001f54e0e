import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const LAUNCHER = join(import.meta.dirname, "../bin/permanence");

test("it runs from any folder, by a chain of links, and passes arguments and exit code on", () => {
  const folder = temporaryFolder("with a space");
  symlinkSync(LAUNCHER, join(folder, "first"));
  symlinkSync("first", join(folder, "second"));

  const result = run(join(folder, "second"), ["migrate", "--what is this"], folder);
  expect(result.stderr).toContain("Unknown option '--what is this'");
  expect(result.status).toBe(2);
});

test("it becomes the program: no process stands between, so signals reach it", () => {
  const folder = installationOf('process.stdout.write(String(process.pid)); process.kill(process.pid, "SIGTERM");');
  const result = run(join(folder, "bin/permanence"), [], folder);
  expect(Number(result.stdout)).toBe(result.pid);
  expect(result.signal).toBe("SIGTERM");
});

test("before the installation it says what to do", () => {
  const folder = temporaryFolder("clone");
  mkdirSync(join(folder, "bin"));
  cpSync(LAUNCHER, join(folder, "bin/permanence"));
  const result = run(join(folder, "bin/permanence"), ["start"], folder);
  expect(result.stderr).toContain(`npm ci --prefix "${folder}"`);
  expect(result.status).toBe(1);
});

/** A clone whose whole program is `text`, on the Node that runs this test. */
function installationOf(text: string): string {
  const folder = temporaryFolder("a clone");
  for (const part of ["bin", "apps/server", "node_modules/node/bin"])
    mkdirSync(join(folder, part), { recursive: true });
  cpSync(LAUNCHER, join(folder, "bin/permanence"));
  symlinkSync(process.execPath, join(folder, "node_modules/node/bin/node"));
  writeFileSync(join(folder, "apps/server/main.ts"), text);
  return folder;
}

function temporaryFolder(name: string): string {
  const parent = mkdtempSync(join(tmpdir(), "permanence-launcher-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  mkdirSync(join(parent, name));
  return join(parent, name);
}

function run(program: string, args: string[], cwd: string) {
  return spawnSync(program, args, { cwd, encoding: "utf8", timeout: 20_000, env: { PATH: process.env["PATH"] } });
}
