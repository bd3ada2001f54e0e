import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { Refusal } from "../refusal.ts";

/** An installation of its own in a folder of its own: `start` as another process, on free ports. */
export type FreshInstallation = {
  pid: number;
  dataDir: string;
  /** Where it answers browsers. */
  web: string;
  smtpPort: number;
  mailbox: string;
  /** GET of the API, as an agent. */
  read<T>(path: string): Promise<T>;
  /** A change by the API, as the same agent. */
  write<T>(method: string, path: string, body: unknown): Promise<T>;
  stop(): Promise<void>;
};

const PROGRAM = join(import.meta.dirname, "..", "..", "..", "bin", "permanence");
const ready = /^\{.*"ready":true/;

type Wanted = { role?: "agent" | "lead"; settings?: Record<string, string> };

/** @param relayPort where its mail goes, on this machine */
export async function startFreshInstallation(
  relayPort: number,
  { role = "agent", settings = {} }: Wanted = {},
): Promise<FreshInstallation> {
  const dataDir = await mkdtemp(join(tmpdir(), "permanence-bench-"));
  await chmod(dataDir, 0o755); // PostgreSQL's own account must be able to enter.
  const environment = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    PERMANENCE_DATA: dataDir,
    PERMANENCE_CAPS: "off",
    PERMANENCE_SMTP_RELAY: `smtp://127.0.0.1:${relayPort}`,
    ...settings,
  };
  const child = spawn(PROGRAM, ["start", "--json", "--port", "0", "--smtp-port", "0"], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async () => {
    await end(child);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { web, smtp } = await untilReady(child);
    const token = await makeAgent(environment, role);
    const write = caller(web, token);
    const read = <T>(path: string) => write<T>("GET", path, undefined);
    const { desk } = await read<{ desk: { mailboxes: string[] } }>("/me");
    return {
      pid: child.pid!,
      ...{ dataDir, web },
      smtpPort: Number(smtp.split(":").at(-1)),
      mailbox: desk.mailboxes[0]!,
      read,
      write,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(child: ChildProcess): Promise<{ web: string; smtp: string }> {
  const said: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => said.push(line));
  const lines = createInterface({ input: child.stdout! });
  const exited = once(child, "exit").then(() => null);
  for (;;) {
    const line = await Promise.race([once(lines, "line").then(([text]) => text as string), exited]);
    if (line === null)
      throw new Refusal(`The installation to measure did not start: ${said.at(-1) ?? "it said nothing"}`);
    if (ready.test(line)) return JSON.parse(line);
  }
}

async function makeAgent(environment: Record<string, string | undefined>, role: string): Promise<string> {
  const options = ["--email", "bench@agents.example", "--name", "Bench", "--role", role, "--token", "--json"];
  const { stdout } = await promisify(execFile)(PROGRAM, ["agent", "add", ...options], { env: environment });
  return (JSON.parse(stdout) as { token: string }).token;
}

function caller(web: string, token: string) {
  return async function write<T>(method: string, path: string, body: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${web}/api/v1${path}`, { method, headers, ...sent });
    if (!response.ok) throw new Refusal(`The installation under measurement answered ${path} with ${response.status}.`);
    return (await response.json()) as T;
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await once(child, "exit");
  clearTimeout(killer);
}
