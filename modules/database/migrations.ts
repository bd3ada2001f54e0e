import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import { jobLogger } from "./job-logger.ts";
import type { Log } from "./log.ts";
import { withPlainRole } from "./plain-role.ts";
import { Obstacle } from "./obstacle.ts";
import { openPool } from "./pool.ts";

const FOLDER = new URL("./migrations/", import.meta.url);
const LOCK = 0x7065726d; // "perm": whoever migrates holds this advisory lock.

type Migration = { name: string; text: string; checksum: string };

/** Brings the database to this program's schema. Returns the names of what was applied now. Refuses a
 *  database that a newer program has migrated, and one whose applied migrations read otherwise here. */
export async function migrate(
  givenUrl: string,
  { log, folder = FOLDER }: { log: Log; folder?: URL },
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const url = await withPlainRole(givenUrl);
  const client = new pg.Client({ connectionString: url, application_name: "permanence migrate" });
  client.on("error", () => {}); // The query under way fails with it.
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    const applied = await applyMissing(client, migrations, log);
    await installJobSchema(url);
    return { applied };
  } catch (error) {
    throw isForbidden(error) ? await rightsMissing(client, error as Error) : error;
  } finally {
    await client.end();
  }
}

const INSUFFICIENT_PRIVILEGE = "42501";

function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE || isForbidden(error.cause);
}

async function rightsMissing(client: pg.Client, error: Error): Promise<Obstacle> {
  const { rows } = await client.query<{ role: string; database: string }>(
    "select quote_ident(current_user) as role, quote_ident(current_database()) as database",
  );
  const { role, database } = rows[0]!;
  return new Obstacle(
    `The role ${role} may not make what the program needs in the database ${database}: ${error.message}. ` +
      `What failed left nothing behind. Let it, as the database's owner: grant create on database ${database} to ${role}; ` +
      `grant create, usage on schema public to ${role};`,
    { cause: error },
  );
}

/** The names of the migrations that the database at `url` still lacks. Changes nothing. */
export async function findMissingMigrations(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: "permanence doctor" });
  client.on("error", () => {}); // The query under way fails with it.
  await client.connect();
  try {
    const { rows: tables } = await client.query("select 1 from pg_tables where tablename = 'migration'");
    const { rows } =
      tables.length === 0 ? { rows: [] } : await client.query<{ name: string }>("select name from migration");
    const done = new Set(rows.map((row) => row.name));
    return (await readMigrations(FOLDER)).map(({ name }) => name).filter((name) => !done.has(name));
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), "utf8");
      return { name, text, checksum: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

async function applyMissing(client: pg.Client, migrations: Migration[], log: Log): Promise<string[]> {
  await client.query("create table if not exists migration (name text primary key, checksum text not null)");
  const { rows } = await client.query<{ name: string; checksum: string }>("select name, checksum from migration");
  const done = new Map(rows.map((row) => [row.name, row.checksum]));
  refuseUnknown(done, migrations);
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = done.get(migration.name);
    if (checksum === undefined) {
      await apply(client, migration);
      log(`Applied migration ${migration.name}.`);
      applied.push(migration.name);
    } else if (checksum !== migration.checksum) {
      throw new Obstacle(
        `Migration ${migration.name} was changed after it had been applied to this database. ` +
          `Nothing was migrated. Put the file back as it was, and write the change as a new migration.`,
      );
    }
  }
  return applied;
}

function refuseUnknown(done: Map<string, string>, migrations: Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = [...done.keys()].filter((name) => !known.has(name)).sort();
  if (unknown.length === 0) return;
  throw new Obstacle(
    `This database was migrated by a newer version of the program (${unknown.join(", ")}). ` +
      `Nothing was changed. Install that version or a later one.`,
  );
}

async function apply(client: pg.Client, { name, text, checksum }: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(text);
    await client.query("insert into migration (name, checksum) values ($1, $2)", [name, checksum]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw new Error(`Migration ${name} failed, and left nothing behind: ${(error as Error).message}`, { cause: error });
  }
}

/** graphile-worker keeps its own migrations, in the schema graphile_worker. */
async function installJobSchema(url: string): Promise<void> {
  const pool = openPool({ url, maxConnections: 2, applicationName: "permanence migrate" });
  try {
    await runMigrations({ pgPool: pool, logger: jobLogger(() => {}) });
  } finally {
    await pool.end();
  }
}
