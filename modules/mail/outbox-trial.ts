import { createServer } from "node:net";
import { type Db, startWorkers } from "@permanence/database";
import type { VirtualClock } from "@permanence/kernel";
import { sql } from "kysely";
import { testWorld, type TestDesk } from "./mail-test-desk.ts";
import { SEND_MAIL } from "./outbox.ts";
import { openOutbox } from "./outbox-jobs.ts";
import { startSink } from "./smtp-test-sink.ts";

// For tests: a day without a relay on a virtual clock, with many mails waiting, and what came of them.

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const URGENCIES = ["low", "usual", "high", "urgent"] as const;

export type DarkDay = {
  /** The urgency of each mail that arrived, in the order of arrival; as many as arrived, also twice. */
  arrived: string[];
  distinct: number;
  connections: number; // Tries while it was dark.
  unsent: number;
  largestHeapMb: number;
};

/** Queues `count` mails of mixed urgency, keeps the relay away for 24 hours, then lets it come back. */
export async function spendDarkDay(db: Db, clock: VirtualClock, desk: TestDesk, count: number): Promise<DarkDay> {
  await queueMany(db, desk, clock.now(), count);
  const dark = await startDarkness();
  const relay = { host: "127.0.0.1", port: dark.port, secure: false, login: null };
  const world = { ...testWorld(clock, "dark day") };
  const hooks = { onEvidence: async () => {} };
  const outbox = openOutbox({ db, world, relay, hooks, log: () => {} });
  const workers = await startWorkers(db, { tasks: { [SEND_MAIL]: outbox.sendMail }, concurrency: 16, log: () => {} });
  let largestHeapMb = 0;
  const watch = setInterval(() => (largestHeapMb = Math.max(largestHeapMb, process.memoryUsage().heapUsed / 1e6)), 100);
  try {
    await until(async () => (await jobs(db)) === 0); // Each found the relay away.
    for (let minute = 0; minute < DAY_MINUTES; minute++) {
      clock.advance(MINUTE_MS);
      await outbox.tend([desk.deskId]);
      if (minute % 10 === 0) await outbox.requeueForgotten(desk.deskId);
    }
    const connections = dark.connections();
    await dark.close();
    const sink = await startSink(undefined, relay.port);
    clock.advance(MINUTE_MS);
    await until(async () => {
      for (const mail of sink.mails) mail.text = ""; // What arrived is not what waits.
      await outbox.tend([desk.deskId]);
      return (await unsentOf(db, desk)) === 0;
    });
    const names = sink.mails.map(({ from }) => /ENVID=(\S+)/.exec(from)![1]!);
    await sink.close();
    const arrived = names.map((name) => URGENCIES[Number(name.at(-1)) % URGENCIES.length]!);
    return {
      ...{ arrived, distinct: new Set(names).size, connections, unsent: await unsentOf(db, desk) },
      largestHeapMb: Math.round(largestHeapMb),
    };
  } finally {
    clearInterval(watch);
    await workers.stop();
    await outbox.close();
  }
}

/** By SQL, as quickly as the database can: rows and jobs as `putMail` makes them. The last digit of a token is a number
 *  that says how urgent the mail is. */
async function queueMany(db: Db, desk: TestDesk, now: number, count: number): Promise<void> {
  await db.transaction(desk.deskId, async (tx) => {
    await sql`
      insert into blob (desk_id, sha256, size_bytes, bytes)
      values (${desk.deskId}, sha256('waiting'), 2000, convert_to('Subject: waiting' || chr(13) || chr(10) || chr(13) || chr(10) || repeat('x', 1900), 'UTF8'))`.execute(
      tx,
    );
    await sql`
      insert into outgoing_mail (desk_id, outgoing_mail_id, ticket_id, purpose, state, to_address, subject, message_id,
        return_token, envelope_from, mime_sha256, created_at, urgency, attempts, next_attempt_at)
      select ${desk.deskId}, gen_random_uuid(), ${desk.ticketId}, 'reply', 'queued', 'r' || n || '@d' || n % 50 || '.example', 'waiting',
        'w' || n || '@desk.example', 't' || n || 'n' || n % 4, 'b@desk.example', sha256('waiting'), ${now},
        (array['low', 'usual', 'high', 'urgent'])[n % 4 + 1], 0, ${now}
      from generate_series(1, ${count}::int) n`.execute(tx);
    await sql`insert into graphile_worker._private_tasks (identifier) values (${SEND_MAIL}) on conflict do nothing`.execute(
      tx,
    );
    await sql`
      insert into graphile_worker._private_jobs (task_id, payload)
      select (select id from graphile_worker._private_tasks where identifier = ${SEND_MAIL}),
        json_build_object('deskId', desk_id, 'outgoingMailId', outgoing_mail_id)
      from outgoing_mail where desk_id = ${desk.deskId}`.execute(tx);
  });
}

/** A port that answers, and hangs up before it is a relay. */
async function startDarkness() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on("error", () => {});
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address() as { port: number };
  return { port, connections: () => connections, close: () => new Promise((done) => server.close(done)) };
}

async function jobs(db: Db): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count from graphile_worker._private_jobs`.execute(db.directory);
  return rows[0]!.count;
}

async function unsentOf(db: Db, desk: TestDesk): Promise<number> {
  const { rows } = await db.transaction(desk.deskId, (tx) =>
    sql<{ count: number }>`
      select count(*)::int as count from outgoing_mail where desk_id = ${desk.deskId} and state <> 'sent'`.execute(tx),
  );
  return rows[0]!.count;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Sessions go side by side, and what waits for them was taken from the line already: so far a mail may be out of place. */
const MOST_OUT_OF_PLACE = 100;

/** Mails that arrived further out of the order urgent, high, usual, low than that. */
export function outOfOrder(arrived: string[]): string[] {
  const ordered = arrived.toSorted((a, b) => rankOf(a) - rankOf(b));
  const places = new Map(URGENCIES.map((each) => [each as string, [ordered.indexOf(each), ordered.lastIndexOf(each)]]));
  return arrived.flatMap((urgency, place) => {
    const [first, last] = places.get(urgency) as [number, number];
    const isInPlace = place >= first - MOST_OUT_OF_PLACE && place <= last + MOST_OUT_OF_PLACE;
    return isInPlace ? [] : [`${urgency} at ${place}, not from ${first} to ${last}`];
  });
}

const rankOf = (urgency: string) => -URGENCIES.indexOf(urgency as (typeof URGENCIES)[number]);
