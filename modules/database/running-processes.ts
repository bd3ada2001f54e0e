import type { Instant } from "@permanence/kernel";
import { openClaims } from "./claims.ts";
import type { Db } from "./database.ts";

/** A process that serves this installation now. `description` is as it gave it, without secrets. */
export type RunningProcess = { processId: string; startedAt: Instant; description: unknown };

const PROVE_AGAIN_MS = 10_000;
const claimOf = (processId: string) => `process:${processId}`;

/** Lets others find this process for as long as it lives, killed or not: it holds a claim that ends with it. */
export async function announceProcess(
  db: Db,
  { processId, startedAt, description }: RunningProcess & { description: object },
): Promise<{ stop(): Promise<void> }> {
  const claims = openClaims(db);
  await claims.take(claimOf(processId));
  await forgetDead(db, await listRunningProcesses(db));
  await db.directory
    .insertInto("running_process")
    .values({ process_id: processId, started_at: startedAt, description: JSON.stringify(description) })
    .execute();
  // Taken again, since it ends with its connection where the server restarts. Taken twice, it is held all the same.
  const proving = setInterval(() => void claims.take(claimOf(processId)).catch(() => {}), PROVE_AGAIN_MS);
  return {
    async stop() {
      clearInterval(proving);
      await forget(db, [processId]).catch(() => {}); // Without a server its claim ends anyway.
      await claims.close();
    },
  };
}

/** Those that live, the longest first. Changes nothing. */
export async function listRunningProcesses(db: Db): Promise<RunningProcess[]> {
  const rows = await db.directory
    .selectFrom("running_process")
    .select(["process_id as processId", "started_at as startedAt", "description"])
    .orderBy("started_at")
    .execute();
  const claims = openClaims(db);
  try {
    const free = await Promise.all(rows.map(({ processId }) => claims.take(claimOf(processId)))); // Ours for a moment.
    return rows.filter((_, index) => !free[index]);
  } finally {
    await claims.close();
  }
}

async function forgetDead(db: Db, living: RunningProcess[]): Promise<void> {
  const rows = await db.directory.selectFrom("running_process").select("process_id").execute();
  const alive = new Set(living.map(({ processId }) => processId));
  await forget(
    db,
    rows.map((row) => row.process_id).filter((id) => !alive.has(id)),
  );
}

async function forget(db: Db, processIds: string[]): Promise<void> {
  if (processIds.length === 0) return;
  await db.directory.deleteFrom("running_process").where("process_id", "in", processIds).execute();
}
