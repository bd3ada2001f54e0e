import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { addJob, isTemporaryFailure, migrate, openDatabase, startEmbedded, startWorkers } from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

const JOBS = 150;

test("every job is done, though PostgreSQL is killed under the workers", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "permanence-restart-"));
  await chmod(dataDir, 0o755);
  const server = await startEmbedded({ dataDir, log: () => {} });
  await migrate(server.url, { log: () => {} });
  const db = await openDatabase({ url: server.url });
  const desk = await addTestDesk(db);
  const done = new Set<number>();
  const tasks = {
    note: async ({ n }: { n: number }) => {
      await pause(5);
      done.add(n);
    },
  };
  const workers = await startWorkers(db, { tasks, concurrency: 8, log: () => {}, sweepIntervalMs: 500 });

  for (let n = 0; n < JOBS; n++) {
    if (n % 60 === 30) {
      const lockFile = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8");
      process.kill(Number(lockFile.split("\n")[0]), "SIGKILL");
    }
    await untilCommitted(() => db.transaction(desk, (tx) => addJob(tx, "note", { n })));
  }
  await vi.waitFor(() => expect(done.size).toBe(JOBS), { timeout: 40_000 });
  await vi.waitFor(async () => expect((await db.pool.query("select from graphile_worker.jobs")).rows).toEqual([]), {
    timeout: 40_000,
  });

  await workers.stop();
  await db.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
}, 90_000);

async function untilCommitted(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTemporaryFailure(error)) throw error;
      await pause(20);
    }
  }
}
