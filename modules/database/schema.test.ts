import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "./index.ts";
import { WRITE_ORDER } from "./row-writes.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const UNPROTECTED = ["directory", "migration", "running_process"]; // By name to the desk; the installation's own.

async function names(query: string): Promise<string[]> {
  const { rows } = await database.db.pool.query<{ name: string }>(query, [UNPROTECTED]);
  return rows.map((row) => row.name);
}

test("there are tables to check", async () => {
  const tables = await names(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> all($1)",
  );
  expect(tables).toContain("ticket");
});

test("desk_id is the first column of every index and primary key", async () => {
  const others = await names(`
    select format('%s: %s', i.indrelid::regclass, i.indexrelid::regclass) as name
    from pg_index i join pg_class c on c.oid = i.indrelid
    left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where c.relnamespace = 'public'::regnamespace and c.relname <> all($1) and a.attname is distinct from 'desk_id'`);
  expect(others).toEqual([]);
});

test("every table has a primary key", async () => {
  const others = await names(`
    select relname as name from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> all($1)
      and not exists (select from pg_index where indrelid = c.oid and indisprimary)`);
  expect(others).toEqual([]);
});

test("row-level security is forced on every table, by the desk of the transaction", async () => {
  const others = await names(`
    select relname as name from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> all($1)
      and not (relrowsecurity and relforcerowsecurity and exists (
        select from pg_policies where schemaname = 'public' and tablename = relname and cmd = 'ALL'
          and permissive = 'PERMISSIVE' and qual like '(desk_id = %app.desk_id%')
      and (select count(*) from pg_policies where schemaname = 'public' and tablename = relname) = 1)`);
  expect(others).toEqual([]);
});

test("every foreign key carries desk_id", async () => {
  const others = await names(`
    select conname as name from pg_constraint f
    where contype = 'f' and connamespace = 'public'::regnamespace and $1::text[] is not null and not exists (
      select from pg_attribute where attrelid = f.conrelid and attnum = f.conkey[1] and attname = 'desk_id')`);
  expect(others).toEqual([]);
});

test("nothing stands in the way of distributing tables: no triggers, no identity columns", async () => {
  const triggers = await names(
    "select tgname as name from pg_trigger t join pg_class c on c.oid = tgrelid where not tgisinternal and relnamespace = 'public'::regnamespace and $1::text[] is not null",
  );
  const identities = await names(
    "select attname as name from pg_attribute a join pg_class c on c.oid = attrelid where attidentity <> '' and relnamespace = 'public'::regnamespace and $1::text[] is not null",
  );
  expect([...triggers, ...identities]).toEqual([]);
});

test("one role owns everything, and it is the one that we are", async () => {
  const others = await names(
    "select relname as name from pg_class where relnamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace) and relowner <> current_user::regrole and $1::text[] is not null",
  );
  expect(others).toEqual([]);
});

test("tables whose rows are gathered are written after those that they refer to", async () => {
  const { rows } = await database.db.pool.query<{ table: string; refersTo: string }>(`
    select conrelid::regclass::text as "table", confrelid::regclass::text as "refersTo" from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`);
  const place = (table: string) => (WRITE_ORDER as readonly string[]).indexOf(table);
  const gathered = rows.filter(({ table, refersTo }) => place(table) >= 0 && place(refersTo) >= 0);
  expect(gathered.length).toBeGreaterThan(5);
  expect(gathered.filter(({ table, refersTo }) => place(table) <= place(refersTo))).toEqual([]);
});
