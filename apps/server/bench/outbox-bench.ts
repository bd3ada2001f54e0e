import { createServer } from "node:net";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Db, type DeskId, findDesks, startWorkers } from "@permanence/database";
import { systemClock, systemRandom } from "@permanence/kernel";
import { openOutbox, SEND_MAIL } from "@permanence/mail";
import { applyDesk, readDeskFolder } from "@permanence/people";
import { outboxHooks, TEMPLATES } from "@permanence/tickets";
import { sql } from "kysely";
import { startNoticeSink } from "./notice-sink.ts";
import { openThrowawayDatabase } from "./throwaway-database.ts";

/** The most that this process held at a time, in MB of live memory beyond what it held before: while so many mails waited
 *  without a relay, and while they went. */
export type WaitingCost = { waiting: number; darkMb: number; sendingMb: number; perSecond: number };
export type OutboxBench = { runs: WaitingCost[] };

const EXAMPLE = join(import.meta.dirname, "..", "..", "..", "examples", "whise");
const DARK_MS = 5_000;

/** Measures what mails that wait for a relay cost, each number of them in a database of its own. */
export async function benchOutbox(counts: number[], report: (line: string) => void): Promise<OutboxBench> {
  const runs: WaitingCost[] = [];
  for (const waiting of counts) {
    const { db, close } = await openThrowawayDatabase();
    try {
      runs.push(await measure(db, waiting, report));
    } finally {
      await close();
    }
  }
  return { runs };
}

async function measure(db: Db, waiting: number, report: (line: string) => void): Promise<WaitingCost> {
  const world = { clock: systemClock, random: systemRandom };
  const applied = await applyDesk(db, world, (await readDeskFolder(EXAMPLE))!, TEMPLATES);
  if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
  report(`Queueing ${waiting} mails.`);
  await queueMany(db, applied.deskId, waiting);
  const port = await freePort();
  const relay = { host: "127.0.0.1", port, secure: false, login: null };
  const memory = watchHeap();
  const outbox = openOutbox({ db, world, relay, hooks: outboxHooks(world), log: () => {} });
  const workers = await startWorkers(db, { tasks: { [SEND_MAIL]: outbox.sendMail }, concurrency: 16, log: () => {} });
  const tending = setInterval(
    () =>
      void findDesks(db)
        .then((desks) => outbox.tend(desks))
        .catch(() => {}),
    1_000,
  );
  let sent = 0;
  const sink = { close: () => {} };
  try {
    while ((await countJobs(db)) > 0) await pause(100);
    await pause(DARK_MS);
    const darkMb = memory.peakMb();
    report("The relay comes back.");
    const opened = await startNoticeSink(() => sent++, port);
    sink.close = () => opened.close();
    while (sent === 0) await pause(50);
    const startMs = performance.now();
    while (sent < waiting) await pause(100);
    const perSecond = Math.round((sent / (performance.now() - startMs)) * 1_000);
    return { waiting, darkMb, sendingMb: memory.peakMb(), perSecond };
  } finally {
    clearInterval(tending);
    memory.stop();
    await workers.stop();
    await outbox.close();
    sink.close();
  }
}

/** Rows and jobs as the outbox makes them, by the database itself. */
async function queueMany(db: Db, deskId: DeskId, count: number): Promise<void> {
  const now = systemClock.now();
  await db.transaction(deskId, async (tx) => {
    await sql`
      insert into blob (desk_id, sha256, size_bytes, bytes)
      select ${deskId}, sha256(n::text::bytea), 8000, convert_to(E'Subject: waiting\r\n\r\n' || repeat('waiting ', 1000), 'UTF8')
      from generate_series(1, ${count}::int) n`.execute(tx);
    await sql`
      insert into outgoing_mail (desk_id, outgoing_mail_id, purpose, state, to_address, subject, message_id, return_token,
        envelope_from, mime_sha256, created_at, urgency, attempts, next_attempt_at)
      select ${deskId}, gen_random_uuid(), 'reply', 'queued', 'r' || n || '@d' || n % 500 || '.example', 'waiting',
        'w' || n || '@desk.example', 't' || n, 'b@desk.example', sha256(n::text::bytea), ${now},
        (array['low', 'usual', 'high', 'urgent'])[n % 4 + 1], 0, ${now}
      from generate_series(1, ${count}::int) n`.execute(tx);
    await sql`insert into graphile_worker._private_tasks (identifier) values (${SEND_MAIL}) on conflict do nothing`.execute(
      tx,
    );
    await sql`
      insert into graphile_worker._private_jobs (task_id, payload)
      select (select id from graphile_worker._private_tasks where identifier = ${SEND_MAIL}),
        json_build_object('deskId', desk_id, 'outgoingMailId', outgoing_mail_id)
      from outgoing_mail where desk_id = ${deskId}`.execute(tx);
  });
  await sql`analyze`.execute(db.directory);
}

async function countJobs(db: Db): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count from graphile_worker._private_jobs`.execute(db.directory);
  return rows[0]!.count;
}

/** Live memory: what is left after everything else was collected. */
function watchHeap() {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const held = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const beforeMb = held();
  let peak = beforeMb;
  const timer = setInterval(() => (peak = Math.max(peak, held())), 250);
  return { peakMb: () => Math.round(peak - beforeMb), stop: () => clearInterval(timer) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
