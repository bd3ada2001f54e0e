import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deskId } from "./desk-id.ts";
import { openDatabase } from "./database.ts";
import { later } from "./pipelined.ts";
import type { Tx } from "./tables.ts";
import { isTemporaryFailure } from "./temporary-failure.ts";
import { testDatabase, type TestDatabase } from "./test-database.ts";

const DESK = deskId("018f0000-0000-7000-8000-000000000001");

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("statements arrive in the order in which they were issued, however each was written", async () => {
  const seen = await database.db.transaction(DESK, async (tx) => {
    later(tx, sql`create temp table step (n int primary key) on commit drop`.execute(tx));
    for (let n = 0; n < 30; n++) {
      if (n % 2 === 0)
        later(tx, sql`insert into step select max(n) + 1 from (select n from step union select -1) s`.execute(tx));
      else
        later(
          tx,
          tx
            .insertInto("step" as never)
            .values({ n })
            .execute(),
        );
    }
    const { rows } = await sql<{ n: number }>`select n from step order by n`.execute(tx);
    return rows.map((row) => row.n);
  });
  expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => n));
});

test("a statement that fails fails the transaction with its own error, also when nobody waited for it", async () => {
  const run = database.db.transaction(DESK, async (tx) => {
    later(tx, sql`select 1 / 0`.execute(tx));
    await sql`select 1`.execute(tx);
  });
  await expect(run).rejects.toThrow("division by zero");
  const committed = database.db.transaction(DESK, async (tx) => {
    later(tx, sql`insert into desk values (${DESK}, 'a', 'A', '{}', 1)`.execute(tx));
    later(tx, sql`insert into desk values (${DESK}, 'a', 'A', '{}', 1)`.execute(tx));
  });
  await expect(committed).rejects.toThrow("duplicate key");
  const left = await database.db.transaction(DESK, (tx) => sql`select from desk`.execute(tx));
  expect(left.rows).toHaveLength(0);
});

test("what the work itself throws is what the transaction throws, and nothing of it stays", async () => {
  const run = database.db.transaction(DESK, async (tx) => {
    later(tx, sql`insert into desk values (${DESK}, 'a', 'A', '{}', 1)`.execute(tx));
    throw new Error("changed my mind");
  });
  await expect(run).rejects.toThrow("changed my mind");
  const left = await database.db.transaction(DESK, (tx) => sql`select from desk`.execute(tx));
  expect(left.rows).toHaveLength(0);
});

test("statements are sent before those ahead of them are answered, also such as become prepared on the way", async () => {
  const single = await openDatabase({ url: database.url, maxConnections: 1 });
  let client: any;
  single.pool.on("acquire", (acquired) => (client = acquired));
  const answers = await single.transaction(DESK, async (tx) => {
    const sent = Array.from({ length: 200 }, (_, n) => sql<{ n: number }>`select ${n}::int as n`.execute(tx));
    expect(client._sentQueryQueue).toHaveLength(200); // All but `begin`, which the client awaits.
    return Promise.all(sent);
  });
  expect(answers.map(({ rows }) => rows[0]!.n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  await single.close();
});

test("the error that came first is told, also where statements behind it were to use what it should have prepared", async () => {
  const { db } = database;
  const prepared = (tx: Tx, n: number) => sql`select ${n}::int as prepared_behind_an_error`.execute(tx);
  const run = db.transaction(DESK, async (tx) => {
    const failing = sql`select 1 / 0`.execute(tx);
    for (let n = 0; n < 6; n++) later(tx, prepared(tx, n));
    await failing;
  });
  await expect(run).rejects.toThrow("division by zero");
  for (let n = 0; n < 3; n++)
    await db.transaction(DESK, (tx) => {
      for (let time = 0; time < 3; time++) later(tx, prepared(tx, n));
    });
});

test("a statement that is issued after the end of its transaction is refused", async () => {
  const single = await openDatabase({ url: database.url, maxConnections: 1 });
  let kept!: Tx;
  await single.transaction(DESK, (tx) => void (kept = tx));
  await expect(sql`select 1`.execute(kept)).rejects.toThrow("the transaction has ended");
  await single.transaction(DESK, async () => {
    await expect(sql`select 1`.execute(kept)).rejects.toThrow("the transaction has ended");
  });
  const failed = single.transaction(DESK, (tx) => {
    kept = tx;
    throw new Error("changed my mind");
  });
  await expect(failed).rejects.toThrow("changed my mind");
  await expect(sql`select 1`.execute(kept)).rejects.toThrow("the transaction has ended");
  await single.close();
});

test("a transaction that the server rolled back is not one that was committed, whatever the work made of it", async () => {
  const run = database.db.transaction(DESK, async (tx) => {
    later(tx, sql`insert into desk values (${DESK}, 'a', 'A', '{}', 1)`.execute(tx));
    await sql`select 1 / 0`.execute(tx).catch(() => {});
  });
  await expect(run).rejects.toThrow("rolled back instead of committed");
});

test("a commit whose answer is lost is an error, and the next transaction has another connection", async () => {
  const single = await openDatabase({ url: database.url, maxConnections: 1 });
  const lost = single.transaction(DESK, async (tx) => {
    await sql`create temp table kept (n int) on commit drop`.execute(tx);
    await sql`create function pg_temp.die() returns trigger language plpgsql as
      'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`.execute(tx);
    await sql`create constraint trigger die after insert on kept deferrable initially deferred
      for each row execute function pg_temp.die()`.execute(tx);
    await sql`insert into kept values (1)`.execute(tx);
  });
  expect(isTemporaryFailure(await lost.catch((error: unknown) => error))).toBe(true);
  await expect(single.transaction(DESK, (tx) => sql`select 1`.execute(tx))).resolves.toBeDefined();
  await single.close();
});
