import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { announce, type Change, type DeskId, listen, testDatabase, type TestDatabase } from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

let database: TestDatabase;
let ours: DeskId;

beforeAll(async () => {
  database = await testDatabase();
  ours = await addTestDesk(database.db);
});
afterAll(() => database.close());

async function hear() {
  const heard: Change[] = [];
  const stop = await listen(database.db, (change) => heard.push(change));
  return { heard, stop };
}

const tell = (ticketId: string) =>
  database.db.transaction(ours, async (tx) => announce(tx, ours, { type: "ticket", ticketId }));

test("every listener hears of a change, once, after its commit", async () => {
  const [one, two] = await Promise.all([hear(), hear()]);
  await database.db.transaction(ours, async (tx) => {
    announce(tx, ours, { type: "ticket", ticketId: "a" });
    announce(tx, ours, { type: "ticket", ticketId: "a" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(one.heard).toEqual([]);
  });
  await tell("b");
  const expected = ["a", "b"].map((ticketId) => ({ deskId: ours, type: "ticket", ticketId }));
  await vi.waitFor(() => {
    expect(one.heard).toEqual(expected);
    expect(two.heard).toEqual(expected);
  });
  await Promise.all([one.stop(), two.stop()]);
});

test("nobody hears of what was rolled back", async () => {
  const { heard, stop } = await hear();
  const failing = database.db.transaction(ours, async (tx) => {
    announce(tx, ours, { type: "ticket", ticketId: "never" });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await tell("after");
  await vi.waitFor(() => expect(heard).toMatchObject([{ ticketId: "after" }]));
  await stop();
});

test("a listener whose connection broke is told so, and hears again", async () => {
  const { heard, stop } = await hear();
  await database.db.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'permanence listen' and datname = current_database()",
  );
  await vi.waitFor(() => expect(heard).toEqual([{ deskId: null, type: "reconnected" }]), { timeout: 5_000 });
  await tell("again");
  await vi.waitFor(() => expect(heard).toMatchObject([{ type: "reconnected" }, { ticketId: "again" }]));
  await stop();
});

test("a change is refused that is too large to be told", async () => {
  const telling = database.db.transaction(ours, async (tx) =>
    announce(tx, ours, { type: "ticket", text: "é".repeat(4_000) }),
  );
  await expect(telling).rejects.toThrow(/by its ids/);
});

test("after stop nothing is heard, and no connection stays", async () => {
  const { heard, stop } = await hear();
  await stop();
  await tell("unheard");
  const { rows } = await database.db.pool.query(
    "select from pg_stat_activity where application_name = 'permanence listen' and datname = current_database()",
  );
  expect(rows).toEqual([]);
  expect(heard).toEqual([]);
});
