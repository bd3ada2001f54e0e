import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Claims, openClaims } from "./claims.ts";
import { testDatabase, type TestDatabase } from "./index.ts";

let database: TestDatabase;
const opened: Claims[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const claims of opened.splice(0)) await claims.close();
});
afterAll(() => database.close());

function open(): Claims {
  const claims = openClaims(database);
  opened.push(claims);
  return claims;
}

test("of two that want a name one has it, until it lets it go", async () => {
  const [here, there] = [open(), open()];
  expect(await Promise.all(["a", "b"].map(here.take))).toEqual([true, true]);
  expect(await Promise.all(["a", "b", "c"].map(there.take))).toEqual([false, false, true]);
  await here.letGo("a");
  expect(await Promise.all(["a", "b"].map(there.take))).toEqual([true, false]);
});

test("what a process had is free when it has ended", async () => {
  const [here, there] = [open(), open()];
  await here.take("a");
  await here.close();
  expect(await there.take("a")).toBe(true);
});

test("a broken connection frees the names, and is made anew", async () => {
  const [here, there] = [open(), open()];
  await here.take("a");
  await database.db.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'permanence claims'",
  );
  await expect.poll(() => there.take("a").catch(() => null)).toBe(true);
  await here.letGo("a"); // Not its own any more.
  expect(await here.take("a")).toBe(false);
  expect(await here.take("b")).toBe(true);
});
