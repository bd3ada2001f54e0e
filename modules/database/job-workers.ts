import { setTimeout as pause } from "node:timers/promises";
import { runTaskList, type TaskList } from "graphile-worker";
import { startLifeline } from "./job-lifeline.ts";
import { jobLogger } from "./job-logger.ts";
import type { Log } from "./log.ts";
import { PatientPool } from "./patient-pool.ts";
import { isTemporaryFailure } from "./temporary-failure.ts";

/** Does one job. Is run again, later, when it throws or its process dies: twice must equal once. */
export type Task = (payload: any, job: { attempts: number; maxAttempts: number }) => Promise<void>;

export type WorkerOptions = {
  tasks: Record<string, Task>;
  /** How many jobs run at once in this process. */
  concurrency: number;
  log: Log;
  /** A dead process's jobs are free after two sweeps. */
  sweepIntervalMs?: number;
};

const POOL_PAUSE_MS = 500;
const POLL_INTERVAL_MS = 1_000; // How late a job is whose announcement was lost.
const BATCH_MS = 5;
const REFETCH_MS = 10; // Between two looks for jobs of which the first found none: each costs half a millisecond.
const LOCAL_QUEUE_TTL_MS = 5_000; // What this process is too busy for goes back to the others.

/** Works on jobs until `stop`, which waits for those under way. A server that goes away is waited for. */
export async function startWorkers(
  { url }: { url: string },
  { tasks, concurrency, log, sweepIntervalMs = 10_000 }: WorkerOptions,
): Promise<{ stop(): Promise<void> }> {
  const pool = new PatientPool({ connectionString: url, max: 4, application_name: "permanence jobs" });
  const lifeline = startLifeline({ url, sweepIntervalMs, log });
  const taskList = withSentences(tasks, log);
  let stopping = false;
  let workers = start();
  const keeping = keep();

  function start() {
    const started = runTaskList(workerOptions(concurrency, log), taskList, pool);
    lifeline.proveAlive(started.id);
    return started;
  }

  async function keep() {
    for (;;) {
      await workers.promise.catch((error: Error) => log(`The job workers ended: ${error.message} They start again.`));
      if (stopping) return;
      await pause(POOL_PAUSE_MS);
      if (stopping) return;
      workers = start();
    }
  }

  return {
    async stop() {
      stopping = true;
      pool.losePatience();
      // Where the server is gone too, its jobs are freed by the sweep of those who live.
      await Promise.resolve(workers.gracefulShutdown()).catch(() => {});
      await keeping;
      await lifeline.stop();
      await pool.end();
    },
  };
}

function workerOptions(concurrency: number, log: Log) {
  return {
    noHandleSignals: true,
    logger: jobLogger(log),
    preset: {
      worker: {
        concurrentJobs: concurrency,
        useNodeTime: true, // As addJob does.
        pollInterval: POLL_INTERVAL_MS,
        // Jobs are fetched and ended together, which halves their cost (measured at 800/s: 0.49 → 0.24 ms here).
        // A kill -9 then leaves more of them locked, or done but not ended; the lifeline frees them.
        localQueue: { size: concurrency, ttl: LOCAL_QUEUE_TTL_MS, refetchDelay: { durationMs: REFETCH_MS } },
        completeJobBatchDelay: BATCH_MS,
        failJobBatchDelay: BATCH_MS,
      },
    },
  };
}

function withSentences(tasks: Record<string, Task>, log: Log): TaskList {
  const entries = Object.entries(tasks).map(([name, task]) => [name, withSentence(name, task, log)]);
  return Object.fromEntries(entries) as TaskList;
}

function withSentence(name: string, task: Task, log: Log) {
  return async (payload: unknown, { job }: { job: { attempts: number; max_attempts: number } }) => {
    const { attempts, max_attempts: maxAttempts } = job;
    try {
      await task(payload, { attempts, maxAttempts });
    } catch (error) {
      const reason = describe(error);
      const next = attempts < maxAttempts ? "It is tried again later." : "It is not tried again.";
      log(`The job ${name} failed at try ${attempts} of ${maxAttempts}: ${reason} ${next}`);
      throw error;
    }
  };
}

/** With its stack, unless it is the database's absence, which is told elsewhere and has no place in our code. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  return isTemporaryFailure(error) ? `${error.message}.` : String(error.stack);
}
