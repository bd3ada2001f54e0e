import { testDatabase, type TestDatabase } from "@permanence/database";
import { type Instant, instant } from "@permanence/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ByteBudget } from "./imap-memory.ts";
import { inBatches } from "./imap-fetch.ts";
import { listMailboxHealth, noteContact, noteFailure } from "./imap-mailbox-store.ts";
import { NotStored, openPosition, PositionMoved, takeMessages } from "./imap-taking.ts";
import { makeTestDesk, START, testWorld } from "./mail-test-desk.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const world = testWorld();
let desks = 0;

async function makeMailbox() {
  const { deskId, mailboxId, mailbox } = await makeTestDesk(database.db, world, `imap-${++desks}@desk.example`);
  const store = { db: database.db, world, fresh: null };
  return { store, mailbox: { deskId, mailboxId, address: mailbox } };
}
type Mailbox = Awaited<ReturnType<typeof makeMailbox>>;

const message = (uid: number, text: string, at: Instant = START) => ({
  ...{ uid, at },
  bytes: Buffer.from(`Subject: ${text}\r\n\r\n${text}`),
});
const since = instant(START - 1_000);
const open = ({ store, mailbox }: Mailbox, uidValidity = 1) =>
  openPosition(store, mailbox, { source: "a", uidValidity, uidNext: 1 }, since);

function rowsOf({ mailbox }: Mailbox) {
  return database.db.transaction(mailbox.deskId, (tx) =>
    tx.selectFrom("inbound_mail").selectAll().where("desk_id", "=", mailbox.deskId).orderBy("received_at").execute(),
  );
}
const healthOf = ({ mailbox }: Mailbox) =>
  database.db.transaction(mailbox.deskId, async (tx) => (await listMailboxHealth(tx, mailbox.deskId))[0]!);

test("mail is kept with its instant, its job and the new position, in one", async () => {
  const box = await makeMailbox();
  const from = await open(box);
  const at = instant(START - 500);
  const to = { ...from, lastUid: 2, toPutAway: [1, 2] };
  expect(await takeMessages(box.store, box.mailbox, [message(1, "one"), message(2, "two", at)], { from, to })).toBe(2);
  expect(await rowsOf(box)).toMatchObject([
    { received_at: at, envelope_to: [box.mailbox.address], remote_ip: "" },
    { received_at: START },
  ]);
  expect(await open(box)).toEqual(to);
  expect(await healthOf(box)).toMatchObject({ last_mail_at: START, error: null });
  const jobs = await database.db.pool.query(
    "select count(*)::int as n from graphile_worker.jobs where task_identifier = 'read-mail'",
  );
  expect(jobs.rows[0].n).toBe(2);
});

test("the same bytes are kept once, under whatever number, within a batch and after it", async () => {
  const box = await makeMailbox();
  const from = await open(box);
  const to = { ...from, lastUid: 2 };
  expect(await takeMessages(box.store, box.mailbox, [message(1, "one"), message(2, "one")], { from, to })).toBe(1);
  const renumbered = await open(box, 2);
  expect(renumbered).toMatchObject({ lastUid: 0, uidValidity: 2 });
  const both = [message(1, "two"), message(2, "one")];
  expect(
    await takeMessages(box.store, box.mailbox, both, { from: renumbered, to: { ...renumbered, lastUid: 2 } }),
  ).toBe(1);
  expect(await rowsOf(box)).toHaveLength(2);
  const other = await makeMailbox(); // Another mailbox gets its own.
  const start = await open(other);
  expect(
    await takeMessages(other.store, other.mailbox, [message(1, "one")], { from: start, to: { ...start, lastUid: 1 } }),
  ).toBe(1);
});

test("of two that take the same messages at once, one keeps them and the other nothing", async () => {
  const box = await makeMailbox();
  const from = await open(box);
  const take = () => takeMessages(box.store, box.mailbox, [message(1, "one")], { from, to: { ...from, lastUid: 1 } });
  const outcomes = await Promise.allSettled([take(), take()]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: expect.any(PositionMoved) });
  expect(await rowsOf(box)).toHaveLength(1);
});

test("a failure of ours is told apart, and keeps nothing", async () => {
  const box = await makeMailbox();
  const from = await open(box);
  const broken = { ...message(1, "one"), at: 1.5 as Instant };
  const taking = takeMessages(box.store, box.mailbox, [broken], { from, to: { ...from, lastUid: 1 } });
  await expect(taking).rejects.toThrow(NotStored);
  expect(await open(box)).toEqual(from);
});

test("since when it fails is kept until it works again, before it was ever opened, too", async () => {
  const box = await makeMailbox();
  const { deskId, mailboxId } = box.mailbox;
  const fail = (sentence: string, now: Instant) =>
    database.db.transaction(deskId, (tx) => noteFailure(tx, deskId, mailboxId, { sentence, now }));
  await fail("First.", instant(1));
  await fail("Second.", instant(2));
  expect(await healthOf(box)).toMatchObject({ error: "Second.", error_since: 1, last_contact_at: null });
  const position = await open(box);
  expect(position).toMatchObject({ lastUid: 0, takeFrom: since });
  expect(await healthOf(box)).toMatchObject({ error: null, error_since: null, last_contact_at: START });
  await fail("Third.", instant(3));
  expect(await open(box)).toEqual(position);
  await database.db.transaction(deskId, (tx) => noteContact(tx, deskId, mailboxId, instant(4)));
  expect(await healthOf(box)).toMatchObject({ error: null, last_contact_at: 4 });
});

test("batches are bounded by number and bytes, and keep the order", () => {
  const sizes = [...Array.from({ length: 150 }, () => 1_000), 30_000_000, 5_000_000, 5_000_000];
  const messages = sizes.map((sizeBytes, index) => ({ uid: index + 1, sizeBytes, at: START }));
  const batches = inBatches(messages);
  expect(batches.flat()).toEqual(messages);
  expect(batches.map((batch) => batch.length)).toEqual([100, 50, 1, 1, 1]);
});

test("bytes under way never exceed the budget, whatever is more waits for all of it, and all get their turn", async () => {
  const budget = new ByteBudget(10);
  let held = 0;
  const work = (bytes: number) =>
    budget.with(bytes, async () => {
      held += Math.min(bytes, 10);
      expect(held).toBeLessThanOrEqual(10);
      await new Promise((resolve) => setImmediate(resolve));
      held -= Math.min(bytes, 10);
    });
  await Promise.all([4, 6, 1, 25, 10, 3, 3, 3, 3].map(work));
  await expect(budget.with(10, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await budget.with(10, () => Promise.resolve());
});
