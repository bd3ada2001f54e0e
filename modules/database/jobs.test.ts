import { instant, systemClock } from "@permanence/kernel";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addJob, type DeskId, type JobOptions, testDatabase, type TestDatabase } from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

let database: TestDatabase;
let ours: DeskId;

beforeAll(async () => {
  database = await testDatabase();
  ours = await addTestDesk(database.db);
});
afterAll(() => database.close());
beforeEach(() => database.db.pool.query("delete from graphile_worker._private_jobs"));

const add = (task: string, payload: object, options?: JobOptions) =>
  database.db.transaction(ours, (tx) => addJob(tx, task, payload, options));

async function findJobs() {
  const { rows } = await database.db.pool.query(`
    select identifier as task, payload, key, priority, max_attempts as "maxAttempts", attempts, revision,
      (extract(epoch from run_at) * 1000)::bigint as "runAt"
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id order by j.id`);
  return rows;
}

test("a job is there when its transaction has committed, and not when it was rolled back", async () => {
  const failing = database.db.transaction(ours, (tx) => {
    addJob(tx, "read-mail", { n: 1 });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await findJobs()).toEqual([]);
  const before = systemClock.now();
  await add("read-mail", { n: 2 });
  const jobs = await findJobs();
  expect(jobs).toMatchObject([
    { task: "read-mail", payload: { n: 2 }, key: null, priority: 0, maxAttempts: 25, attempts: 0 },
  ]);
  expect(jobs[0].runAt).toBeGreaterThanOrEqual(before);
  expect(jobs[0].runAt).toBeLessThanOrEqual(systemClock.now());
});

test("what is asked for is kept: when, how urgent, how often", async () => {
  await add("fold", { n: 1 }, { runAt: instant(4_102_444_800_123), priority: -3, maxAttempts: 2 });
  expect(await findJobs()).toMatchObject([{ runAt: 4_102_444_800_123, priority: -3, maxAttempts: 2 }]);
});

test("a second job of the same key replaces the first", async () => {
  await add("fold", { n: 1 }, { key: "a", runAt: instant(4_102_444_800_000) });
  await add("fold", { n: 2 }, { key: "a", runAt: instant(4_102_444_700_000) });
  await add("fold", { n: 3 }, { key: "b" });
  expect(await findJobs()).toMatchObject([
    { key: "a", payload: { n: 2 }, runAt: 4_102_444_700_000, revision: 1 },
    { key: "b", payload: { n: 3 } },
  ]);
});

test("a job of the same key that is being worked on ends, and the new one follows it", async () => {
  await add("fold", { n: 1 }, { key: "a" });
  await database.db.pool.query(
    "update graphile_worker._private_jobs set locked_by = 'somebody', locked_at = now(), attempts = 1",
  );
  await add("fold", { n: 2 }, { key: "a" });
  expect(await findJobs()).toMatchObject([
    { key: null, payload: { n: 1 }, attempts: 25 },
    { key: "a", payload: { n: 2 }, attempts: 0 },
  ]);
});

test.each<[string, JobOptions, string]>([
  ["a plain job", { runAt: instant(1_000) }, "run_at => 'epoch'::timestamptz + interval '1 second'"],
  [
    "a keyed one",
    { runAt: instant(1_000), key: "a", priority: 4, maxAttempts: 3 },
    "run_at => 'epoch'::timestamptz + interval '1 second', job_key => 'a', priority => 4, max_attempts => 3",
  ],
])("%s has the row that graphile-worker's own function gives it", async (_, options, theirs) => {
  for (const state of ["absent", "waiting", "failed", "locked"]) {
    const rows = [];
    for (const addOne of [
      () => add("fold", { n: 2 }, options),
      () => database.db.pool.query(`select graphile_worker.add_job('fold', '{"n": 2}', ${theirs})`),
    ]) {
      await database.db.pool.query("delete from graphile_worker._private_jobs");
      if (state !== "absent")
        await database.db.pool.query(`select graphile_worker.add_job('other', '{"n": 1}', ${theirs})`);
      if (state === "failed")
        await database.db.pool.query(
          "update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'x'",
        );
      if (state === "locked")
        await database.db.pool.query("update graphile_worker._private_jobs set locked_by = 'x', locked_at = now()");
      await addOne();
      const found = await database.db.pool.query(`
        select to_jsonb(job) - array['id', 'created_at', 'updated_at', 'locked_at'] as job
        from graphile_worker._private_jobs job order by id`);
      rows.push(found.rows);
    }
    expect(rows[0]).toEqual(rows[1]);
  }
});
