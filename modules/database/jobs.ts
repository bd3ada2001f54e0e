import { assert, type Instant, systemClock, toIso } from "@permanence/kernel";
import { sql } from "kysely";
import { bulletinOf } from "./bulletin.ts";
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
 *  its NOTIFY is sent after the commit (see bulletin.ts); a worker that misses it finds the job within a second. */
export async function addJob(tx: Tx, task: string, payload: object, options: JobOptions = {}): Promise<void> {
  // In the program's time, which the workers go by too: a database whose clock runs ahead delays nothing.
  const now = systemClock.now();
  const runAt = options.runAt ?? now;
  if (options.key !== undefined) await supersedeStarted(tx, options.key);
  const job = { task, payload, runAt, ...options };
  if (!(await insertJob(tx, job))) {
    await sql`insert into graphile_worker._private_tasks (identifier) values (${task}) on conflict do nothing`.execute(
      tx,
    );
    assert(await insertJob(tx, job), `the task ${task} is known now`);
  }
  if (runAt <= now) bulletinOf(tx).push({ channel: CHANNEL, payload: ONE_JOB });
}

/** A job of this key that is being worked on has seen an older world: it ends, and the new one follows it. */
async function supersedeStarted(tx: Tx, key: string): Promise<void> {
  await sql`
    update graphile_worker._private_jobs set key = null, attempts = max_attempts
    where key = ${key} and not is_available`.execute(tx);
}

type Job = { task: string; payload: object; runAt: Instant } & JobOptions;

/** False while the table of tasks lacks this one. */
async function insertJob(
  tx: Tx,
  { task, payload, runAt, key, priority = 0, maxAttempts = USUAL_ATTEMPTS }: Job,
): Promise<boolean> {
  const at = toIso(runAt);
  const { numAffectedRows } = await sql`
    insert into graphile_worker._private_jobs as waiting
      (task_id, payload, run_at, created_at, updated_at, key, priority, max_attempts)
    select id, ${JSON.stringify(payload)}::json, ${at}, ${at}, ${at}, ${key ?? null}, ${priority}, ${maxAttempts}
    from graphile_worker._private_tasks where identifier = ${task}
    on conflict (key) do update set
      task_id = excluded.task_id, payload = excluded.payload, run_at = excluded.run_at, priority = excluded.priority,
      max_attempts = excluded.max_attempts, attempts = 0, last_error = null, updated_at = excluded.updated_at,
      revision = waiting.revision + 1`.execute(tx);
  return numAffectedRows === 1n;
}
