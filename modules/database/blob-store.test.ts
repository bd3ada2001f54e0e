import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { type DeskId, putBlob, readBlob, testDatabase, type TestDatabase } from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

let database: TestDatabase;
let ours: DeskId;

beforeAll(async () => {
  database = await testDatabase();
  ours = await addTestDesk(database.db);
});
afterAll(() => database.close());

test("bytes come back as they were, under their SHA-256", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (bytes) => {
      const sha256 = await database.db.transaction(ours, (tx) => putBlob(tx, ours, bytes));
      expect(sha256).toEqual(createHash("sha256").update(bytes).digest());
      const read = await database.db.transaction(ours, (tx) => readBlob(tx, ours, sha256));
      expect(Buffer.compare(read!, bytes)).toBe(0);
    }),
    {
      numRuns: 50,
      examples: [
        [new Uint8Array()],
        [Uint8Array.of(0)],
        [new Uint8Array(65_536).fill(255)],
        [Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4)],
      ],
    },
  );
});

test("the same bytes are kept once, also when two bring them at the same time", async () => {
  const bytes = Buffer.from("the same attachment");
  await Promise.all(Array.from({ length: 8 }, () => database.db.transaction(ours, (tx) => putBlob(tx, ours, bytes))));
  const { rows } = await database.db.transaction(ours, (tx) =>
    sql`select count(*) as count from blob where bytes = ${bytes}`.execute(tx),
  );
  expect(rows).toEqual([{ count: 1 }]);
});

test("a hash that no bytes have is null", async () => {
  expect(await database.db.transaction(ours, (tx) => readBlob(tx, ours, Buffer.alloc(32)))).toBeNull();
});
