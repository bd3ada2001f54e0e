import { type DeskId, deskId, testDatabase, type TestDatabase, type Tx } from "@permanence/database";
import { instant } from "@permanence/kernel";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClockOf, type KeptClock, readClock, readClocks, saveClock, takeClocksToFold } from "./clock-store.ts";

const DESK = deskId("0198c000-0000-7000-8000-000000000001");
const OTHER_DESK = deskId("0198c000-0000-7000-8000-000000000002");
const ticketId = (n: number) => `0198c000-0000-7000-8000-0000000001${String(n).padStart(2, "0")}`;

const clockOf = (n: number): ClockOf => ({
  ticketId: ticketId(n),
  target: "response",
  priority: "normal",
  customerId: ticketId(99),
});

const RUNNING: KeptClock = {
  startedAt: instant(1_000),
  dueAt: instant(5_000),
  stoppedAt: null,
  outcome: "running",
  receipt: null,
  cause: null,
  nextAt: instant(5_000),
  pausedAt: null,
  published: true,
  warned: null,
  countedMs: null,
};
const MET: KeptClock = {
  ...RUNNING,
  stoppedAt: instant(2_000),
  outcome: "met",
  receipt: "presumed",
  nextAt: null,
};

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await addTickets(DESK, [1, 2, 3, 4]);
  await addTickets(OTHER_DESK, [5]);
});
afterAll(() => database.close());

const inDesk = <T>(work: (tx: Tx) => T | Promise<T>) => database.db.transaction(DESK, work);

test("a clock is kept once, as it was last folded", async () => {
  await inDesk((tx) => {
    saveClock(tx, DESK, clockOf(1), RUNNING);
    saveClock(tx, DESK, clockOf(1), MET);
    saveClock(tx, DESK, clockOf(2), RUNNING);
  });
  const clocks = await inDesk((tx) => readClocks(tx, DESK, [ticketId(1), ticketId(2)]));
  expect(clocks.toSorted((a, b) => a.ticketId.localeCompare(b.ticketId))).toEqual([
    { ticketId: ticketId(1), target: "response", ...MET },
    { ticketId: ticketId(2), target: "response", ...RUNNING },
  ]);
  expect(await inDesk((tx) => readClock(tx, DESK, ticketId(2), "response"))).toMatchObject(RUNNING);
  expect(await inDesk((tx) => readClock(tx, DESK, ticketId(3), "response"))).toBeNull();
  expect(await inDesk((tx) => readClocks(tx, DESK, []))).toEqual([]);
});

test("a sweep takes what is past its next instant, the longest past first, and of its own desk only", async () => {
  await inDesk((tx) => {
    saveClock(tx, DESK, clockOf(1), MET);
    saveClock(tx, DESK, clockOf(2), { ...RUNNING, nextAt: instant(6_000) });
    saveClock(tx, DESK, clockOf(3), { ...RUNNING, nextAt: instant(5_999) });
    saveClock(tx, DESK, clockOf(4), { ...RUNNING, nextAt: instant(5_000) });
  });
  await database.db.transaction(OTHER_DESK, (tx) => saveClock(tx, OTHER_DESK, clockOf(5), RUNNING));

  const take = (now: number, limit: number) => inDesk((tx) => takeClocksToFold(tx, DESK, { now: instant(now), limit }));
  expect(await take(6_000, 10)).toEqual([4, 3].map((n) => ({ ticketId: ticketId(n), target: "response" })));
  expect(await take(6_001, 1)).toEqual([{ ticketId: ticketId(4), target: "response" }]);
});

test("two sweeps at once do not take the same clock", async () => {
  await inDesk((tx) => {
    saveClock(tx, DESK, clockOf(1), RUNNING);
    saveClock(tx, DESK, clockOf(2), { ...RUNNING, nextAt: instant(5_001) });
  });
  const batch = { now: instant(9_000), limit: 1 };
  await inDesk(async (first) => {
    const [mine] = await takeClocksToFold(first, DESK, batch);
    const [theirs] = await inDesk((second) => takeClocksToFold(second, DESK, batch));
    expect(theirs).toBeDefined();
    expect(theirs).not.toEqual(mine);
  });
});

/** The least that the foreign keys ask for. */
async function addTickets(desk: DeskId, numbers: number[]): Promise<void> {
  await database.db.transaction(desk, async (tx) => {
    await sql`insert into desk values (${desk}, 'd', 'D', '{}', 0)`.execute(tx);
    await sql`insert into contact values (${desk}, ${desk}, null, '', null, 0)`.execute(tx);
    for (const n of numbers) {
      await sql`insert into ticket (desk_id, ticket_id, number, subject, state, priority, priority_reason, language,
          contact_id, source, received_at, reply_token, queue_at, updated_at, version, event_count, event_digest)
        values (${desk}, ${ticketId(n)}, ${n}, '', 'new', 'normal', '', 'fr', ${desk}, 'mail', 0, ${String(n)}, 0, 0, 0, 0, '')
      `.execute(tx);
    }
  });
}
