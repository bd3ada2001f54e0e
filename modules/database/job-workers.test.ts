import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { instant, systemClock } from "@permanence/kernel";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  addJob,
  type DeskId,
  type JobOptions,
  startWorkers,
  type Task,
  testDatabase,
  type TestDatabase,
} from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

const FIXTURE = fileURLToPath(new URL("./job-workers.fixture.ts", import.meta.url));

let database: TestDatabase;
let ours: DeskId;
let cleanUps: (() => unknown)[];

beforeEach(async () => {
  database = await testDatabase();
  ours = await addTestDesk(database.db);
  cleanUps = [];
});
afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  await database.close();
});

const add = (task: string, payload: object, options?: JobOptions) =>
  database.db.transaction(ours, (tx) => addJob(tx, task, payload, options));
const countJobs = async () =>
  (await database.db.pool.query("select count(*) as count from graphile_worker.jobs")).rows[0].count;
const terminate = (applicationName: string) =>
  database.db.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()",
    [applicationName],
  );

async function start(tasks: Record<string, Task>, options: { concurrency?: number; sweepIntervalMs?: number } = {}) {
  const said: string[] = [];
  const workers = await startWorkers(database.db, {
    tasks,
    concurrency: 4,
    log: (sentence) => said.push(sentence),
    ...options,
  });
  const stop = vi.fn(() => workers.stop());
  cleanUps.push(() => stop.mock.calls.length > 0 || stop());
  return { stop, said };
}

/** Starts a process that takes `count` jobs of this task and hangs in them. Resolves once it has. */
async function startHangingProcess(task: string, count: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [FIXTURE, database.url, task], { stdio: ["ignore", "pipe", "inherit"] });
  cleanUps.push(() => child.kill("SIGKILL"));
  let taken = 0;
  await new Promise<void>((resolve) =>
    createInterface({ input: child.stdout }).on("line", () => ++taken === count && resolve()),
  );
  return child;
}

test("a job is done within moments of its commit, and then gone", async () => {
  const delaysMs: number[] = [];
  await start({ measure: async ({ at }: { at: number }) => void delaysMs.push(systemClock.now() - at) });
  for (let n = 1; n <= 10; n++) {
    await add("measure", { at: systemClock.now() });
    await vi.waitFor(() => expect(delaysMs).toHaveLength(n));
  }
  expect(delaysMs.sort((a, b) => a - b)[5]).toBeLessThan(300); // By NOTIFY: polling alone would take 500 ms on average.
  await vi.waitFor(async () => expect(await countJobs()).toBe(0));
});

test("a job runs when it is due, not before", async () => {
  const ran: string[] = [];
  await start({ note: async ({ name }: { name: string }) => void ran.push(name) });
  const inOneSecond = instant(systemClock.now() + 1_000);
  await add("note", { name: "later" }, { runAt: inOneSecond });
  await add("note", { name: "now" });
  await vi.waitFor(() => expect(ran).toEqual(["now"]));
  await vi.waitFor(() => expect(ran).toEqual(["now", "later"]), { timeout: 5_000 });
  expect(systemClock.now()).toBeGreaterThanOrEqual(inOneSecond);
});

test("a job that throws is told of, kept with its reason, and tried again", async () => {
  const attempts: number[] = [];
  const { said } = await start({
    flaky: async (_, job) => {
      attempts.push(job.attempts);
      if (job.attempts < 2) throw new Error("the relay is closed");
    },
  });
  await add("flaky", {}, { maxAttempts: 3 });
  await vi.waitFor(() => expect(said.join()).toMatch(/The job flaky failed at try 1 of 3: Error: the relay is closed/));
  await vi.waitFor(() => expect(attempts).toEqual([1, 2]), { timeout: 15_000 });
  await vi.waitFor(async () => expect(await countJobs()).toBe(0));
});

test("stop waits for the job that is under way", async () => {
  const began = Promise.withResolvers<void>();
  let ended = false;
  const { stop } = await start({
    slow: async () => {
      began.resolve();
      await pause(300);
      ended = true;
    },
  });
  await add("slow", {});
  await began.promise;
  await stop();
  expect(ended).toBe(true);
  expect(await countJobs()).toBe(0);
});

test("the jobs of a process that was killed are free after two sweeps, and those of a live one are left alone", async () => {
  for (const n of [1, 2, 3]) await add("one", { n });
  await add("other", { n: 4 });
  const killed = await startHangingProcess("one", 3);
  await startHangingProcess("other", 1);

  const taken: number[] = [];
  const take: Task = async ({ n }: { n: number }) => void taken.push(n);
  const { said } = await start({ one: take, other: take }, { sweepIntervalMs: 200 });
  await pause(1_000);
  expect(taken).toEqual([]);
  killed.kill("SIGKILL");
  await vi.waitFor(() => expect(taken.toSorted((a, b) => a - b)).toEqual([1, 2, 3]), { timeout: 5_000 });
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^Freed the jobs of pool-\w+, whose process has died\.$/);
});

test("workers whose connections all broke go on, and keep what they are doing to themselves", async () => {
  const taken: number[] = [];
  const release = Promise.withResolvers<void>();
  const { said } = await start(
    {
      note: async ({ n }: { n: number }) => {
        taken.push(n);
        if (n === 1) await release.promise;
      },
    },
    { sweepIntervalMs: 1_500 },
  );
  await add("note", { n: 1 });
  await vi.waitFor(() => expect(taken).toEqual([1]));
  await start({}, { sweepIntervalMs: 1_500 }); // Who would free our job, were we taken for dead.
  await terminate("permanence jobs");
  await terminate("permanence lifeline");
  await add("note", { n: 2 });
  await vi.waitFor(() => expect(taken).toEqual([1, 2]), { timeout: 10_000 });
  await pause(3_500);
  release.resolve();
  await vi.waitFor(async () => expect(await countJobs()).toBe(0), { timeout: 5_000 });
  expect(taken).toEqual([1, 2]);
  expect(said.filter((sentence) => sentence.includes("Freed"))).toEqual([]);
});
