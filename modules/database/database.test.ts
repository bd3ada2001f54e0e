import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type DeskId,
  isTemporaryFailure,
  openDatabase,
  putBlob,
  readBlob,
  testDatabase,
  type TestDatabase,
  type Tx,
} from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

let database: TestDatabase;
let ours: DeskId;
let theirs: DeskId;

beforeAll(async () => {
  database = await testDatabase();
  ours = await addTestDesk(database.db, 1);
  theirs = await addTestDesk(database.db, 2);
});
afterAll(() => database.close());

const slugs = async (tx: Pick<Tx, "getExecutor">) =>
  (await sql<{ slug: string }>`select slug from desk`.execute(tx as Tx)).rows.map((row) => row.slug);

test("a transaction sees its desk's rows only", async () => {
  expect(await database.db.transaction(ours, slugs)).toEqual(["desk-1"]);
  expect(await database.db.transaction(theirs, slugs)).toEqual(["desk-2"]);
});

test("it sees them only, prepared statements and kept plans included", async () => {
  for (let time = 0; time < 20; time++) {
    for (const [deskId, other] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      const { rows } = await database.db.transaction(deskId, (tx) =>
        sql<{ desk_id: string }>`select desk_id from desk where desk_id = any(${[deskId, other]}::uuid[])`.execute(tx),
      );
      expect(rows).toEqual([{ desk_id: deskId }]);
    }
  }
});

test("another desk's rows are not written", async () => {
  const { db } = database;
  const sha256 = await db.transaction(theirs, (tx) => putBlob(tx, theirs, Buffer.from("theirs")));
  await expect(db.transaction(ours, (tx) => putBlob(tx, theirs, Buffer.from("ours")))).rejects.toThrow(
    /row-level security/,
  );
  const changed = await db.transaction(ours, (tx) =>
    tx.updateTable("blob").set({ size_bytes: 0 }).where("desk_id", "=", theirs).executeTakeFirst(),
  );
  expect(changed.numUpdatedRows).toBe(0n);
  const deleted = await db.transaction(ours, (tx) =>
    tx.deleteFrom("blob").where("desk_id", "=", theirs).executeTakeFirst(),
  );
  expect(deleted.numDeletedRows).toBe(0n);
  expect(await db.transaction(theirs, (tx) => readBlob(tx, theirs, sha256))).toEqual(Buffer.from("theirs"));
});

test("without a desk nothing is seen, not even on a connection that had one", async () => {
  const single = await openDatabase({ url: database.url, maxConnections: 1 });
  expect(await slugs(single.directory)).toEqual([]);
  expect(await single.transaction(ours, slugs)).toEqual(["desk-1"]);
  expect(await slugs(single.directory)).toEqual([]);
  await single.close();
});

test("the role cannot step over the wall", async () => {
  const { rows } = await database.db.pool.query(
    "select rolsuper, rolbypassrls from pg_roles where rolname = current_user",
  );
  expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
});

test("what throws is rolled back, and reaches the caller", async () => {
  const { db } = database;
  const failing = db.transaction(ours, async (tx) => {
    putBlob(tx, ours, Buffer.from("never"));
    throw new Error("changed my mind");
  });
  await expect(failing).rejects.toThrow("changed my mind");
  const { rows } = await db.transaction(ours, (tx) => sql`select from blob where bytes = 'never'`.execute(tx));
  expect(rows).toEqual([]);
});

test("a deadlock is passed by running the work again", async () => {
  const { db } = database;
  const [one, two] = await db.transaction(ours, async (tx) => [
    putBlob(tx, ours, Buffer.from("1")),
    putBlob(tx, ours, Buffer.from("2")),
  ]);
  const touch = (tx: Tx, sha256: Buffer) =>
    tx.updateTable("blob").set({ size_bytes: 7 }).where("desk_id", "=", ours).where("sha256", "=", sha256).execute();
  let runs = 0;
  const bothHoldOne = barrier(2);
  const inOrder = (first: Buffer, second: Buffer) =>
    db.transaction(ours, async (tx) => {
      runs++;
      await touch(tx, first);
      await bothHoldOne();
      await touch(tx, second);
    });
  await Promise.all([inOrder(one, two), inOrder(two, one)]);
  expect(runs).toBe(3);
});

/** A function that waits until it was called `count` times, and never after that. */
function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  return () => {
    if (--count <= 0) resolve();
    return promise;
  };
}

test("instants and counts are numbers, and a number that JavaScript cannot hold is refused", async () => {
  const { db } = database;
  const { rows } =
    await sql`select 253370764800000::instant as at, count(*) as count, array[1, null]::bigint[] as list from directory`.execute(
      db.directory,
    );
  expect(rows).toEqual([{ at: 253370764800000, count: 0, list: [1, null] }]);
  await expect(sql`select 9007199254740993::bigint`.execute(db.directory)).rejects.toThrow(/too large/);
  await expect(db.ping()).resolves.toMatchObject({ version: expect.stringMatching(/^\d+/) });
});

test("text of every script keeps its letters", async () => {
  const { rows } = await sql`select lower('ÉCOLE Ł Ω') as text, length('日本語😀') as letters`.execute(
    database.db.directory,
  );
  expect(rows).toEqual([{ text: "école ł ω", letters: 4 }]);
});

test("a broken connection is a temporary failure, and the next transaction has another", async () => {
  const { db } = database;
  const broken = db.transaction(ours, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await db.pool.query("select pg_terminate_backend($1)", [rows[0]!.pid]);
    await slugs(tx);
  });
  expect(isTemporaryFailure(await broken.catch((error: unknown) => error))).toBe(true);
  expect(await db.transaction(ours, slugs)).toEqual(["desk-1"]);
});

test("too many connections are a temporary failure", async () => {
  const { url, db, close } = await testDatabase();
  await db.pool.query(`do $$ begin execute format('alter database %I connection limit 1', current_database()); end $$`);
  const refused = await openDatabase({ url }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ cause: { code: "53300" } });
  expect(isTemporaryFailure(refused)).toBe(true);
  await close();
});

test("only lower-case UUIDs name a desk", async () => {
  await expect(database.db.transaction("x'; drop table desk; --" as DeskId, slugs)).rejects.toThrow(/a desk id is/);
});
