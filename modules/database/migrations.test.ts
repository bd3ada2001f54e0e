import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { migrate, testDatabase, type TestDatabase } from "./index.ts";

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "permanence-migrations-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});
beforeEach(async () => {
  await database.db.pool.query("drop table if exists one, two; delete from migration");
});

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const run = () => migrate(database.url, { log: () => {}, folder: pathToFileURL(`${folder}/`) });
const exists = async (table: string) =>
  (await database.db.pool.query("select to_regclass($1) is not null as exists", [table])).rows[0].exists;

test("migrations are applied in order, once", async () => {
  await write("0002_two.sql", "create table two (one_id int references one);");
  await write("0001_one.sql", "create table one (id int primary key);");
  expect(await run()).toEqual({ applied: ["0001_one.sql", "0002_two.sql"] });
  expect(await run()).toEqual({ applied: [] });
});

test("of several programs that start at once, one applies them", async () => {
  const results = await Promise.all([run(), run(), run()]);
  expect(results.flatMap((result) => result.applied)).toEqual(["0001_one.sql", "0002_two.sql"]);
});

test("a migration that was changed since is refused, and nothing is applied", async () => {
  await write("0002_two.sql", "create table two ();");
  await rm(join(folder, "0002_two.sql"));
  await run();
  await write("0001_one.sql", "create table one (id int primary key, more int);");
  await write("0002_two.sql", "create table two ();");
  await expect(run()).rejects.toThrow("Migration 0001_one.sql was changed after it had been applied");
  expect(await exists("two")).toBe(false);
});

test("the database of a newer program is refused", async () => {
  await run();
  await rm(join(folder, "0002_two.sql"));
  await expect(run()).rejects.toThrow(/newer version of the program \(0002_two.sql\)/);
});

test("a migration that fails leaves nothing behind", async () => {
  await write("0002_two.sql", "create table two (); select 1 / 0;");
  await expect(run()).rejects.toThrow("Migration 0002_two.sql failed, and left nothing behind: division by zero");
  expect(await exists("one")).toBe(true);
  expect(await exists("two")).toBe(false);
});

test("the program's own migrations apply to a database that has them", async () => {
  const fresh = await testDatabase();
  expect(await migrate(fresh.url, { log: () => {} })).toEqual({ applied: [] });
  await fresh.close();
});
