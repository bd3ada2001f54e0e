import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addJob, testDatabase, type TestDatabase } from "./index.ts";
import { startLifeline } from "./job-lifeline.ts";
import { addTestDesk } from "./test-desk.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  const desk = await addTestDesk(database.db);
  await database.db.transaction(desk, (tx) => addJob(tx, "read-mail", {}));
});
afterAll(() => database.close());

const lockJob = (poolId: string) =>
  database.db.pool.query("update graphile_worker._private_jobs set locked_by = $1, locked_at = now()", [poolId]);
const findHolder = async () =>
  (await database.db.pool.query("select locked_by from graphile_worker.jobs")).rows[0].locked_by as string | null;

function start(sweepIntervalMs: number) {
  const freed: string[] = [];
  const lifeline = startLifeline({ url: database.url, sweepIntervalMs, log: (sentence) => freed.push(sentence) });
  return { freed, ...lifeline };
}

test("who is found dead once, and alive the next time, keeps its jobs", async () => {
  await lockJob("pool-a");
  const other = start(1_000);
  await pause(500); // Its first sweep has found pool-a without a lifeline.
  const ours = start(60_000);
  ours.proveAlive("pool-a");
  await pause(2_500);
  expect(other.freed).toEqual([]);
  expect(await findHolder()).toBe("pool-a");

  await ours.stop();
  await vi.waitFor(async () => expect(await findHolder()).toBeNull(), { timeout: 5_000 });
  expect(other.freed).toEqual(["Freed the jobs of pool-a, whose process has died."]);
  await other.stop();
});

test("a lifeline that breaks is tied anew at once, however rare the sweeps", async () => {
  await lockJob("pool-b");
  const ours = start(60_000);
  ours.proveAlive("pool-b");
  await pause(500);
  const other = start(1_500);
  await pause(200);
  await database.db.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'permanence lifeline' and datname = current_database()",
  );
  await pause(5_000);
  expect(other.freed).toEqual([]);
  expect(await findHolder()).toBe("pool-b");
  await Promise.all([ours.stop(), other.stop()]);
});

test("of two names, the later is proved", async () => {
  await lockJob("pool-c");
  const ours = start(60_000);
  ours.proveAlive("pool-c");
  ours.proveAlive("pool-d");
  const other = start(300);
  await vi.waitFor(async () => expect(await findHolder()).toBeNull(), { timeout: 5_000 });
  await lockJob("pool-d");
  await pause(1_500);
  expect(await findHolder()).toBe("pool-d");
  await Promise.all([ours.stop(), other.stop()]);
});
