import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Log } from "./log.ts";

/** Proves that this process lives, by an advisory lock that its connection holds and that ends with it; and
 *  frees the jobs of processes that no longer prove it. (graphile-worker itself would wait for four hours.) */
export type Lifeline = {
  /** Proves that the worker pool of this id lives, instead of the one named before. */
  proveAlive(poolId: string): void;
  stop(): Promise<void>;
};

const LOCK_CLASS = 0x6a6f6273; // "jobs": the first half of the advisory locks' keys.
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000; // Between tries to connect: another's sweep must not find us missing twice.
const CONFIRM_AFTER_MS = 3_000;

const FIND_DEAD = `
  select distinct locked_by as id from graphile_worker.jobs
  where locked_by is not null and not exists (
    select from pg_locks
    where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${LOCK_CLASS} and objid = (hashtext(locked_by)::bigint & 4294967295)::oid
  )`;

export type LifelineOptions = { url: string; sweepIntervalMs: number; log: Log };

export function startLifeline({ url, sweepIntervalMs, log }: LifelineOptions): Lifeline {
  const stopped = new AbortController();
  let poolId: string | null = null;
  let client: pg.Client | null = null;
  const living = live();

  async function live() {
    for (let pauseMs = FIRST_PAUSE_MS; !stopped.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      client = connection(url);
      try {
        await client.connect();
        if (poolId !== null) await hold(client, poolId);
        pauseMs = FIRST_PAUSE_MS;
        await sweepUntilBroken(client);
      } catch {
        // Broken: the sweeps go on once it is whole again.
      }
      await client.end().catch(() => {});
      await rest(pauseMs);
    }
  }

  async function sweepUntilBroken(connected: pg.Client) {
    const broken = new Promise<void>((resolve) => connected.once("end", resolve));
    let suspects: string[] = [];
    while (!stopped.signal.aborted) {
      const { rows } = await connected.query<{ id: string }>(FIND_DEAD);
      const dead = rows.map((row) => row.id);
      // Found dead twice: a process whose connection broke has the time between to connect anew.
      const confirmed = dead.filter((id) => suspects.includes(id));
      if (confirmed.length > 0) await free(connected, confirmed);
      suspects = dead;
      const restMs = suspects.length > 0 ? Math.min(CONFIRM_AFTER_MS, sweepIntervalMs) : sweepIntervalMs;
      await Promise.race([rest(restMs), broken]); // Broken, it must prove anew that we live, at once.
    }
  }

  async function free(connected: pg.Client, poolIds: string[]) {
    await connected.query("select graphile_worker.force_unlock_workers($1)", [poolIds]);
    for (const id of poolIds) log(`Freed the jobs of ${id}, whose process has died.`);
  }

  const rest = (ms: number) => pause(ms, undefined, { signal: stopped.signal }).catch(() => {});

  return {
    proveAlive(id) {
      poolId = id;
      if (client) void hold(client, id).catch(() => {}); // Broken: done when it is connected anew.
    },
    async stop() {
      stopped.abort();
      await living;
    },
  };
}

function connection(url: string): pg.Client {
  const client = new pg.Client({ connectionString: url, application_name: "permanence lifeline", keepAlive: true });
  return client.on("error", () => {}); // The next query fails with it.
}

/** In one statement: who names two ids in quick succession must end up with the later one's lock alone. */
async function hold(client: pg.Client, poolId: string): Promise<void> {
  await client.query("select pg_advisory_unlock_all(), pg_advisory_lock($1, hashtext($2))", [LOCK_CLASS, poolId]);
}
