import { spawn } from "node:child_process";
import { delimiter, sep } from "node:path";

/** Runs a program quietly; shows what it said only when it fails, and then throws. */
export async function run(command, args, { cwd, environment, saying }) {
  const startedAt = performance.now();
  process.stdout.write(`${saying}…`);
  const { code, output } = await outcomeOf(command, args, { cwd, environment });
  if (code === 0) {
    process.stdout.write(` ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return;
  }
  process.stdout.write("\n");
  throw new Error(`${command} ${args.join(" ")} failed (${code}):\n${output.trim()}`);
}

/** The environment without this project's own programs in PATH: while npm replaces them, none of them may run. */
export function environmentOutside(root) {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.startsWith(root + sep));
  return { ...process.env, PATH: path.join(delimiter) };
}

function outcomeOf(command, args, { cwd, environment }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) =>
      resolve({ code: error.code, output: `${command} could not be started: ${error.message}` }),
    );
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
