import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { findRunningEmbedded, isTemporaryFailure, openDatabase, startEmbedded } from "./index.ts";

const FIXTURE = fileURLToPath(new URL("./embedded-server.fixture.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;
const NOT_ROOT = "not root: only root runs PostgreSQL as somebody else";

let parent: string;
let dataDir: string;
let said: string[];
let cleanUps: (() => unknown)[];

async function makeParent() {
  const folder = await mkdtemp(join(tmpdir(), "permanence-embedded-"));
  await chmod(folder, 0o755); // The account that PostgreSQL runs as must get in.
  return folder;
}

let template: string; // A data folder that has been started once: copying it is quicker than making one.
beforeAll(async () => {
  template = await makeParent();
  const server = await startEmbedded({ dataDir: template, log: () => {} });
  await server.stop();
});
afterAll(() => rm(template, { recursive: true }));
const copyTemplate = () => promisify(execFile)("cp", ["-a", template, dataDir]);

beforeEach(async () => {
  parent = await makeParent();
  dataDir = join(parent, "data");
  said = [];
  cleanUps = [() => rm(parent, { recursive: true, force: true, maxRetries: 10 })];
});
afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

async function start(folder = dataDir) {
  const server = await startEmbedded({ dataDir: folder, log: (sentence) => said.push(sentence) });
  const stop = vi.fn(() => server.stop());
  cleanUps.push(() => stop.mock.calls.length > 0 || stop());
  return { url: server.url, stop };
}

/** Starts the server in a process of its own, and resolves once it runs. */
async function startElsewhere(): Promise<{ child: ChildProcess; url: string }> {
  await copyTemplate();
  const child = spawnFixture();
  const url = Promise.withResolvers<string>();
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const told = JSON.parse(line) as { url?: string };
    if (told.url !== undefined) url.resolve(told.url);
  });
  return { child, url: await url.promise };
}

function spawnFixture(): ChildProcess {
  const child = spawn(process.execPath, [FIXTURE, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  cleanUps.push(() => kill(child));
  return child;
}

async function kill(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

const serverPid = async () => Number((await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);

/** The processes that have the data folder in their command line: the server and its watcher. */
async function findProcesses(): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, n) => commands[n]!.includes(`${dataDir}/postgres`)).map(Number);
}

async function query(url: string, text: string) {
  const db = await openDatabase({ url, maxConnections: 1 });
  try {
    return (await db.pool.query(text)).rows;
  } finally {
    await db.close();
  }
}

const remember = (url: string) => query(url, "create table remembered as select 1 as n");
const recall = (url: string) => query(url, "select n from remembered");

test("a stopped server leaves its data to the next start, and no process", async () => {
  const first = await start();
  await remember(first.url);
  expect(await findRunningEmbedded(dataDir)).toEqual({ url: first.url });
  await first.stop();
  expect(await findProcesses()).toEqual([]);
  expect(await findRunningEmbedded(dataDir)).toBeNull();
  const second = await start();
  expect(await recall(second.url)).toEqual([{ n: 1 }]);
});

test("it is durable and speaks UTF-8, whatever the caller's environment says", async () => {
  vi.stubEnv("LANG", undefined);
  vi.stubEnv("LC_ALL", "fr_BE.ISO-8859-1");
  vi.stubEnv("PGDATA", "/nowhere");
  const { url } = await start();
  vi.unstubAllEnvs();
  const settings = await query(
    url,
    "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'server_encoding') order by 1",
  );
  expect(settings.map((row) => row.setting)).toEqual(["on", "on", "UTF8", "on"]);
  expect((await stat(join(dataDir, "postgres-password"))).mode & 0o777).toBe(0o600);
});

test("a second start on the same data folder is refused, and harms nothing", async () => {
  const { child, url } = await startElsewhere();
  await remember(url);
  await expect(start()).rejects.toThrow(`already run by process ${child.pid}. Nothing was started.`);
  expect(await recall((await findRunningEmbedded(dataDir))!.url)).toEqual([{ n: 1 }]);
});

test("a server that was killed is started again, and meanwhile failures are temporary", async () => {
  await copyTemplate();
  const { url } = await start();
  await remember(url);
  const db = await openDatabase({ url });
  cleanUps.push(() => db.close());
  const failures: unknown[] = [];
  process.kill(await serverPid(), "SIGKILL");
  await vi.waitFor(
    async () => {
      const result = await db.pool
        .query("select n from remembered")
        .catch((error: unknown) => void failures.push(error));
      expect(result?.rows).toEqual([{ n: 1 }]);
      expect(failures.length).toBeGreaterThan(0);
    },
    { timeout: 15_000 },
  );
  expect(failures.filter((error) => !isTemporaryFailure(error))).toEqual([]);
  await vi.waitFor(() => expect(said.at(-1)).toBe("PostgreSQL runs again."));
});

test("it stops when the process that started it is killed, and the next start has all that was committed", async () => {
  const { child, url } = await startElsewhere();
  await remember(url);
  await kill(child);
  await vi.waitFor(async () => expect(await findProcesses()).toEqual([]), { timeout: 10_000 });
  expect(await recall((await start()).url)).toEqual([{ n: 1 }]);
});

test("the next start does not wait for that", async () => {
  const { child, url } = await startElsewhere();
  await remember(url);
  await kill(child);
  expect(await recall((await start()).url)).toEqual([{ n: 1 }]);
});

test("killed with all its processes, it recovers", async () => {
  const { child, url } = await startElsewhere();
  await remember(url);
  const pids = await findProcesses();
  expect(pids).toHaveLength(2);
  child.kill("SIGKILL");
  for (const pid of pids) process.kill(pid, "SIGKILL");
  expect(await recall((await start()).url)).toEqual([{ n: 1 }]);
});

test("a server that outlived its starter and its watcher is ended first", async () => {
  const { child, url } = await startElsewhere();
  await remember(url);
  const server = await serverPid();
  for (const pid of await findProcesses()) if (pid !== server) process.kill(pid, "SIGKILL");
  await kill(child);
  await pause(300);
  expect(await findProcesses()).toEqual([server]);
  expect(await recall((await start()).url)).toEqual([{ n: 1 }]);
  expect(said[0]).toBe(`PostgreSQL (process ${server}) has outlived the program that started it; ending it first.`);
});

test("a lock file that names somebody else's process is no obstacle", async () => {
  const { child, url } = await startElsewhere();
  await remember(url);
  const pids = await findProcesses();
  await kill(child);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await vi.waitFor(async () => expect(await findProcesses()).toEqual([]));
  const { uid, gid } = await stat(join(dataDir, "postgres"));
  const somebody = spawn("sleep", ["60"], { uid, gid }); // Of the same account: the server would believe in it.
  cleanUps.push(() => kill(somebody));
  for (const name of ["postmaster.pid", ".s.PGSQL.5432.lock"]) {
    const lockFile = join(dataDir, "postgres", name);
    await writeFile(lockFile, (await readFile(lockFile, "utf8")).replace(/^\d+/, String(somebody.pid)));
  }
  expect(await recall((await start()).url)).toEqual([{ n: 1 }]);
  expect(somebody.exitCode).toBeNull();
});

test.each([50, 250, 450, 650])("a first start that is killed after %i ms is made good by the next", async (ms) => {
  const child = spawnFixture();
  await pause(ms);
  await kill(child);
  await remember((await start()).url);
});

test("a lost password is set anew", async () => {
  await copyTemplate();
  const first = await start();
  await remember(first.url);
  await first.stop();
  await rm(join(dataDir, "postgres-password"));
  const second = await start();
  expect(second.url).not.toBe(first.url);
  expect(await recall(second.url)).toEqual([{ n: 1 }]);
});

test("data of another major version is refused", async () => {
  await copyTemplate();
  await (await start()).stop();
  await writeFile(join(dataDir, "postgres/PG_VERSION"), "15\n");
  await expect(start()).rejects.toThrow(/was made by PostgreSQL 15, and this program brings 18/);
});

test("a data folder with a long path has its socket elsewhere", async () => {
  const folder = join(parent, "long".repeat(30));
  const { url } = await start(folder);
  await remember(url);
  expect(await findRunningEmbedded(folder)).toEqual({ url });
  const socket = new URL(url).searchParams.get("host")!;
  expect(socket).toMatch(/permanence-[0-9a-f]{16}$/);
  cleanUps.unshift(() => rm(socket, { recursive: true, force: true }));
});

test("below a folder that is closed to others, the database is kept elsewhere, and found again", async (context) => {
  if (!isRoot) context.skip(NOT_ROOT);
  const closed = join(parent, "closed");
  const folder = join(closed, "data");
  await mkdir(closed, { mode: 0o700 });
  const first = await start(folder);
  await remember(first.url);
  const elsewhere = /The database is kept in (\/var\/lib\/permanence\/[0-9a-f]{16})\/data,/.exec(said[0]!)![1]!;
  cleanUps.unshift(() => rm(elsewhere, { recursive: true }));
  await first.stop();
  const second = await start(folder);
  expect(await recall(second.url)).toEqual([{ n: 1 }]);
  expect(await findRunningEmbedded(folder)).toEqual({ url: second.url });
  await second.stop();

  await rm(folder, { recursive: true });
  const third = await start(folder); // A new data folder of the same path is a new installation.
  await expect(recall(third.url)).rejects.toThrow(/does not exist/);
  await third.stop();
  await rm(`${elsewhere}-2`, { recursive: true });
});

test("it does not run as root", async (context) => {
  if (!isRoot) context.skip(NOT_ROOT);
  await start();
  expect((await stat(join(dataDir, "postgres"))).uid).not.toBe(0);
  expect((await stat(`/proc/${await serverPid()}`)).uid).not.toBe(0);
});
