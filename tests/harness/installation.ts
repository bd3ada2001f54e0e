import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { ApiClient } from "./api-client.ts";
import { makeFolder, removeFolder } from "./folders.ts";
import { eventually } from "./patience.ts";
import type { Address } from "./smtp-session.ts";

const PROGRAM = join(import.meta.dirname, "../../bin/permanence");
const START_MS = 60_000;
const END_MS = 30_000;

export type StartOptions = {
  /** Settings beside those of an empty environment. */
  environment?: Record<string, string>;
  /** A data folder that the test made, and removes; by default a new one that is removed at the end. */
  dataDir?: string;
  args?: string[];
};

/** A real installation: the program as an operator starts it, in a data folder and on ports of its own. */
export class Installation {
  readonly dataDir: string;
  readonly #options: StartOptions;
  #process: ChildProcess | null = null;
  #ports: string[] = ["--port", "0", "--smtp-port", "0"];
  #log: string[] = [];
  web = "";
  smtp: Address = { host: "127.0.0.1", port: 0 };
  signInLink: string | null = null;
  /** From the start of the process until it said that it was ready. */
  startedInMs = 0;

  constructor(options: StartOptions) {
    this.#options = options;
    this.dataDir = options.dataDir ?? makeFolder("installation");
  }

  static async start(options: StartOptions = {}): Promise<Installation> {
    const installation = new Installation(options);
    try {
      await installation.start();
      return installation;
    } catch (error) {
      await installation.remove();
      throw error;
    }
  }

  /** Starts it, again on the ports that it had. */
  async start(): Promise<void> {
    const startedAt = performance.now();
    const args = ["start", "--data", this.dataDir, "--json", ...this.#ports, ...(this.#options.args ?? [])];
    const child = spawn(PROGRAM, args, { env: this.#environment(), stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    ours.add(child);
    child.once("exit", () => ours.delete(child));
    createInterface({ input: child.stderr }).on("line", (line) => this.#log.push(line));

    const ready = await firstLine(child, () => this.log());
    const { web, smtp, signInLink } = JSON.parse(ready) as Record<"web" | "smtp" | "signInLink", string | null>;
    this.startedInMs = performance.now() - startedAt;
    this.web = web ?? ""; // Not every role has both.
    this.smtp = { host: "127.0.0.1", port: Number(smtp?.slice(smtp.lastIndexOf(":") + 1) ?? 0) };
    this.signInLink = signInLink ?? this.signInLink;
    this.#ports = ["--port", web === null ? "0" : new URL(web).port, "--smtp-port", String(this.smtp.port)];
  }

  /** What it has said on standard error since the beginning. */
  log(): string {
    return this.#log.join("\n");
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** The process id of the embedded PostgreSQL's postmaster; null while there is none. */
  postgresPid(): number | null {
    try {
      const pid = Number(readFileSync(join(this.#postgresData(), "postmaster.pid"), "utf8").split("\n")[0]);
      process.kill(pid, 0);
      return pid;
    } catch {
      return null;
    }
  }

  /** As an operator would: asks it to end and waits until it has. */
  async stop(): Promise<void> {
    await this.#signal("SIGTERM");
  }

  /** Kills the program as the kernel would, and waits until it is gone. Its PostgreSQL notices and ends by itself. */
  async kill(): Promise<void> {
    await this.#signal("SIGKILL");
  }

  /** Kills the embedded PostgreSQL alone. */
  killPostgres(): void {
    const pid = this.postgresPid();
    if (pid !== null) process.kill(pid, "SIGKILL");
  }

  /** Runs another command of the program beside it, and returns what it printed. */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(PROGRAM, [...args, "--data", this.dataDir], {
      env: this.#environment(),
      timeout: START_MS,
    });
    return stdout;
  }

  /** A client of the API, signed in as a new agent. */
  async api(role = "lead"): Promise<ApiClient> {
    const email = `agent-${++agents}@whise.eu`;
    const args = ["--email", email, "--name", `Agent ${agents}`, "--role", role, "--token", "--json"];
    const { token } = JSON.parse(await this.run("agent", "add", ...args)) as { token: string };
    return new ApiClient(this.web, token);
  }

  /** Ends everything and removes the data folder, whatever state it is in. */
  async remove(): Promise<void> {
    await this.kill().catch(() => {});
    await eventually(() => this.postgresPid() === null, { withinMs: 10_000 }).catch(() => this.killPostgres());
    if (this.#options.dataDir !== undefined) return;
    if (!this.#postgresData().startsWith(this.dataDir)) removeFolder(dirname(this.#postgresData()));
    removeFolder(this.dataDir);
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), END_MS);
    await ended;
    clearTimeout(late);
  }

  /** Nothing of the tester's own settings, and no time zone but UTC. */
  #environment(): NodeJS.ProcessEnv {
    const { PATH, HOME, TMPDIR } = process.env;
    return { PATH, HOME, ...(TMPDIR && { TMPDIR }), TZ: "UTC", ...this.#options.environment };
  }

  #postgresData(): string {
    const note = join(this.dataDir, "postgres-is-elsewhere.txt");
    return existsSync(note) ? readFileSync(note, "utf8").split("\n")[1]! : join(this.dataDir, "postgres");
  }
}

let agents = 0;

/** What this test process started and has not seen end. */
const ours = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of ours) child.kill("SIGKILL");
});

function firstLine(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => fail(`was not ready after ${START_MS} ms`), START_MS);
    const fail = (what: string) => reject(new Error(`the program ${what}:\n${log()}`));
    createInterface({ input: child.stdout! }).once("line", resolve);
    child.once("error", (error) => fail(`could not be started: ${error.message}`));
    child.once("close", (code, signal) => fail(`ended with ${code ?? signal}`));
    child.once("close", () => clearTimeout(late));
    child.stdout!.once("data", () => clearTimeout(late));
  });
}
