import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDataDir } from "./index.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "permanence-lock-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const HOLD = `
  const { lockDataDir } = await import(process.argv[1]);
  lockDataDir(process.argv[2]);
  gc(); // The lock must not end with the last reference to it.
  console.log("locked");
  setInterval(() => {}, 1000);`;

async function lockElsewhere() {
  const child = spawn(process.execPath, [
    "--expose-gc",
    "--input-type=module",
    "-e",
    HOLD,
    import.meta.resolve("./file-lock.ts"),
    dataDir,
  ]);
  await once(child.stdout, "data");
  return child;
}

test("a data folder is locked once, until it is let go", () => {
  const lock = lockDataDir(dataDir);
  expect(() => lockDataDir(dataDir)).toThrow(`${dataDir} is in use by process ${process.pid}`);
  lock.release();
  lockDataDir(dataDir).release();
});

test.each(["/proc/none", "/proc/none/deeper", "/dev/null/none"])(
  "a folder that cannot be made is told: %s",
  (folder) => {
    expect(() => lockDataDir(folder)).toThrow(`The data folder ${folder} cannot be made`);
  },
);

test("a folder is made with those above it", () => {
  lockDataDir(join(dataDir, "a", "b")).release();
});

test("another process's lock is refused by its number, and ends with it, kill -9 included", async () => {
  const child = await lockElsewhere();
  expect(() => lockDataDir(dataDir)).toThrow(`in use by process ${child.pid}. Nothing was started.`);
  child.kill("SIGKILL");
  await once(child, "exit");
  lockDataDir(dataDir).release();
});

test("a child process does not inherit it", async () => {
  const lock = lockDataDir(dataDir);
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  lock.release();
  lockDataDir(dataDir).release();
  child.kill("SIGKILL");
  await once(child, "exit");
});
