import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { isInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { digestOfSources, isWebBuilt } from "./web.mjs";

const lock = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0", integrity: "x" },
    "node_modules/b": { version: "2.0.0", optional: true },
  },
};

test("a clone is installed when npm's own list holds what the lock file names", () => {
  const root = clone();
  const present = (packages: object) => write(root, "node_modules/.package-lock.json", { packages });
  expect(isInstalled(root)).toBe(false);
  present({ "node_modules/a": { version: "1.0.0", integrity: "x" } });
  expect(isInstalled(root)).toBe(true);
  present({ "node_modules/a": { version: "1.0.1", integrity: "x" } });
  expect(isInstalled(root)).toBe(false);
  present({ "node_modules/b": { version: "2.0.0" } });
  expect(isInstalled(root)).toBe(false);
});

test("pages are built again when their sources change, and not for anything else", () => {
  const root = clone();
  write(root, "apps/web/package.json", { dependencies: { "@permanence/kernel": "0.1.0" } });
  write(root, "apps/web/src/page.svelte", "<p>one</p>");
  write(root, "modules/kernel/index.ts", "");
  expect(isWebBuilt(root)).toBe(false);

  write(root, "apps/web/build/handler.js", "");
  write(root, "apps/web/build/.built-from", digestOfSources(root));
  write(root, "apps/web/node_modules/a/index.js", "");
  write(root, "modules/mail/index.ts", "");
  expect(isWebBuilt(root)).toBe(true);

  write(root, "modules/kernel/index.ts", "export {};");
  expect(isWebBuilt(root)).toBe(false);
});

test("of those that want the lock, one works at a time", async () => {
  const path = join(clone(), "lock");
  let working = 0;
  let mostWorking = 0;
  const work = async () => {
    mostWorking = Math.max(mostWorking, ++working);
    await sleep(20);
    working -= 1;
  };
  await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
  expect(mostWorking).toBe(1);
});

test("a lock whose holder died is taken over", async () => {
  const path = join(clone(), "lock");
  writeFileSync(path, "");
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  await expect(withLock(path, async () => "done")).resolves.toBe("done");
  expect(() => readFileSync(path)).toThrow("ENOENT");
});

function clone(): string {
  const root = mkdtempSync(join(tmpdir(), "permanence-prepare-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  write(root, "package-lock.json", lock);
  mkdirSync(join(root, "node_modules/node/bin"), { recursive: true });
  writeFileSync(join(root, "node_modules/node/bin/node"), "", { mode: 0o755 });
  return root;
}

function write(root: string, path: string, content: object | string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}
