// `npm test` and `npm run test:long`: one stage after the other, stopping at the first that fails. The last line says
// how many tests passed and failed, for whatever reads it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Counts } from "./test-counts.ts";

const root = join(import.meta.dirname, "..");
const SERVER_SIDE = ["apps/server", "modules", "tools", "tests"];

type Stage = { name: string; command: string[]; folder?: string };

/** Cheapest first: what is wrong should be told soon. */
const CHECKS: Stage[] = [
  { name: "format", command: ["oxfmt", "--check"] },
  { name: "lint", command: ["oxlint", "--type-aware", ...SERVER_SIDE] },
  { name: "lint of pages", command: ["oxlint", "apps/web"] },
  { name: "types", command: ["tsc", "--project", "."] },
  { name: "types of pages", command: ["npm", "run", "--silent", "check"], folder: "apps/web" },
  { name: "unused code", command: ["knip", "--no-progress"] },
];

const counts: Counts = { passed: 0, failed: 0, skipped: [] };
const isLong = process.argv.includes("--long");
const isWhole = isLong || (await passes(CHECKS));
if (isWhole) await runTests();
summarise();

async function passes(stages: Stage[]): Promise<boolean> {
  for (const { name, command, folder } of stages) {
    const startedAt = performance.now();
    const { code, output } = await run(command, { folder, isShown: false });
    console.log(`${code === 0 ? "✓" : "✗"} ${name} (${seconds(startedAt)})`);
    if (code === 0) continue;
    console.log(output.trim());
    console.log(`\nStopped at "${name}": ${command.join(" ")}${folder ? ` (in ${folder})` : ""}`);
    counts.failed += 1;
    return false;
  }
  return true;
}

async function runTests(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "permanence-counts-"));
  const file = join(folder, "counts.json");
  const reporters = ["--reporter=default", "--reporter=./tools/test-counts.ts"];
  const environment = { PERMANENCE_TEST_COUNTS: file, ...(isLong && { PERMANENCE_LONG: "1" }) };
  const { code } = await run(["vitest", "run", ...reporters], { environment, isShown: true });

  if (existsSync(file)) Object.assign(counts, JSON.parse(readFileSync(file, "utf8")));
  if (code !== 0 && counts.failed === 0) counts.failed = 1; // It broke before it could count.
  rmSync(folder, { recursive: true });
}

function summarise(): void {
  if (counts.skipped.length > 0) {
    console.log(`Skipped (${counts.skipped.length}):`);
    for (const { name, reason } of counts.skipped) console.log(`  ${name}: ${reason}`);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

type RunOptions = { folder?: string | undefined; environment?: Record<string, string>; isShown: boolean };

function run([program, ...args]: string[], { folder = ".", environment = {}, isShown }: RunOptions) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    const child = spawn(program!, args, {
      cwd: join(root, folder),
      env: { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env["PATH"]}`, ...environment },
      stdio: ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"],
    });
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk));
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
