import { assert, type Instant, systemClock, toIso } from "@permanence/kernel";
import { bulletinOf } from "./bulletin.ts";
import { gather, type Run, type Write } from "./gathered-rows.ts";
import { JOBS_RANK } from "./row-writes.ts";
import type { Tx } from "./tables.ts";

export type JobOptions = {
  /** One waiting job per key: adding another moves the one that waits. */
  key?: string;
  /** Not before this instant; at once where it is missing. */
  runAt?: Instant;
  /** Smaller runs first; 0 where it is missing. */
  priority?: number;
  /** 25 where it is missing: three days of growing pauses. */
  maxAttempts?: number;
};

const CHANNEL = "jobs:insert"; // Where graphile-worker listens.
const ONE_JOB = JSON.stringify({ count: 1 });
const USUAL_ATTEMPTS = 25;

/** Adds a job that exists if, and only if, the transaction commits. It does what graphile_worker.add_job does, but
 *  many at once, and its NOTIFY is sent after the commit (see bulletin.ts); a worker that misses it finds the job within
 *  a second. */
export function addJob(tx: Tx, task: string, payload: object, options: JobOptions = {}): void {
  // In the program's time, which the workers go by too: a database whose clock runs ahead delays nothing.
  const now = systemClock.now();
  const { key = null, runAt = now, priority = 0, maxAttempts = USUAL_ATTEMPTS } = options;
  const at = toIso(runAt);
  gather(tx, jobs, { task, payload, at, key, priority, max_attempts: maxAttempts });
  if (runAt <= now) bulletinOf(tx).push({ channel: CHANNEL, payload: ONE_JOB });
}

type Job = {
  task: string;
  payload: object;
  at: string;
  key: string | null;
  priority: number;
  max_attempts: number;
};

const jobs: Write<Job> = {
  rank: JOBS_RANK,
  async send(run, rows) {
    const byKey = new Map(rows.map((job) => [job.key ?? job, job])); // Of those of one key the last counts.
    const wanted = [...byKey.values()];
    const keys = wanted.flatMap((job) => job.key ?? []);
    const [, , { rowCount }] = await Promise.all([
      introduceTasks(run, [...new Set(wanted.map((job) => job.task))]),
      keys.length > 0 ? supersedeStarted(run, keys) : null,
      insertJobs(run, wanted),
    ]);
    assert(rowCount === wanted.length, "each job's task is known");
  },
};

/** Not by `on conflict` alone: that uses up a number of the sequence behind the tasks each time. */
function introduceTasks(run: Run, tasks: string[]) {
  return run(
    `insert into graphile_worker._private_tasks (identifier)
     select task from unnest($1::text[]) as t (task)
     where not exists (select from graphile_worker._private_tasks known where known.identifier = task)
     on conflict do nothing`,
    [tasks],
  );
}

/** A job of this key that is being worked on has seen an older world: it ends, and the new one follows it. */
function supersedeStarted(run: Run, keys: string[]) {
  return run(
    `update graphile_worker._private_jobs set key = null, attempts = max_attempts
     where key = any($1::text[]) and not is_available`,
    [keys],
  );
}

function insertJobs(run: Run, wanted: Job[]) {
  return run(
    `insert into graphile_worker._private_jobs as waiting
       (task_id, payload, run_at, created_at, updated_at, key, priority, max_attempts)
     select t.id, j.payload, j.at, j.at, j.at, j.key, j.priority, j.max_attempts
     from json_to_recordset($1::json)
       as j (task text, payload json, at timestamptz, key text, priority smallint, max_attempts smallint)
     join graphile_worker._private_tasks t on t.identifier = j.task
     on conflict (key) do update set
       task_id = excluded.task_id, payload = excluded.payload, run_at = excluded.run_at, priority = excluded.priority,
       max_attempts = excluded.max_attempts, attempts = 0, last_error = null, updated_at = excluded.updated_at,
       revision = waiting.revision + 1`,
    [JSON.stringify(wanted)],
  );
}
