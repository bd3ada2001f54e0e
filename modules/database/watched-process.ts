import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import type { Account } from "./postgres-account.ts";

// The command takes the shell's place, so that it is our child, and leaves a watcher behind that reads our end of
// a pipe: should we die, kill -9 included, the watcher reads its end and ends the command.
const UNDER_WATCH = `end=$1; shift
( ( read -r word <&3; [ "$word" = over ] || eval "$end" ) </dev/null >/dev/null 2>&1 & )
exec "$@" 3<&-`;

const ENDS = {
  interrupt: "kill -INT $$",
  "kill with its children": "kill -KILL -$$",
};

export type WatchOptions = { account: Account | null; env: NodeJS.ProcessEnv; whenWeDie: keyof typeof ENDS };
export type WatchedProcess = {
  child: ChildProcess;
  /** Resolves once it has ended and said all it had to say. */
  ended: Promise<{ code: number | null }>;
  /** Ends it as our death would. */
  end(): void;
};

/** Starts a command that does not outlive us, though it is deaf to the terminal's Ctrl-C. */
export function startWatched(command: string[], { account, env, whenWeDie }: WatchOptions): WatchedProcess {
  const child = spawn("/bin/sh", ["-c", UNDER_WATCH, "sh", ENDS[whenWeDie], ...command], {
    ...account,
    env,
    cwd: "/",
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const life = child.stdio[3] as Writable;
  life.on("error", () => {}); // Broken once the watcher has gone.
  child.stdin.on("error", () => {});
  child.once("exit", () => life.end("over\n"));
  const ended = new Promise<{ code: number | null }>((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code }));
  });
  return { child, ended, end: () => life.end() };
}
