import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedServer, migrate, Obstacle, openDatabase, startEmbedded } from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

let dataDir: string;
let server: EmbeddedServer;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "permanence-role-"));
  await chmod(dataDir, 0o755);
  server = await startEmbedded({
    dataDir,
    log: () => {},
    settings: { fsync: "off" },
    setup: [
      "alter role permanence superuser",
      "create database latin encoding LATIN1 locale 'C' locale_provider libc template template0",
    ],
  });
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

test("a superuser's URL is used without the superuser's privileges", async () => {
  expect((await migrate(server.url, { log: () => {} })).applied).not.toEqual([]);
  expect((await migrate(server.url, { log: () => {} })).applied).toEqual([]);
  const db = await openDatabase({ url: server.url });
  const desk = await addTestDesk(db);
  const [seen, unseen] = await Promise.all([
    db.transaction(desk, (tx) => sql`select from desk`.execute(tx)),
    sql`select from desk`.execute(db.directory),
  ]);
  expect([seen.rows.length, unseen.rows.length]).toEqual([1, 0]);
  const { rows } = await sql`select current_user as role, rolsuper from pg_roles where rolname = current_user`.execute(
    db.directory,
  );
  expect(rows).toEqual([{ role: "permanence_owner", rolsuper: false }]);
  await db.close();
});

test("options that the URL has already are kept", async () => {
  const url = new URL(server.url);
  url.searchParams.set("options", "-c work_mem=1234kB");
  const db = await openDatabase({ url: url.href });
  const { rows } = await sql`select current_setting('work_mem') as memory, current_user as role`.execute(db.directory);
  expect(rows).toEqual([{ memory: "1234kB", role: "permanence_owner" }]);
  await db.close();
});

test("an encoding that cannot hold every letter is refused", async () => {
  const url = server.url.replace("/permanence?", "/latin?");
  await expect(openDatabase({ url })).rejects.toThrow("its encoding is LATIN1");
});

test("a role without rights is told which it needs", async () => {
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query("create role poor");
  await admin.end();
  const url = new URL(server.url);
  url.pathname = "/postgres";
  url.searchParams.set("options", "-c role=poor");
  const refusal = await migrate(url.href, { log: () => {} }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Obstacle);
  expect((refusal as Obstacle).message).toMatch(
    /^The role poor may not make .* in the database postgres: permission denied for schema public\..*grant create on database postgres to poor;/,
  );
});

test("a server that does not answer is told of, without the password", async () => {
  const url = "postgresql://somebody:secret@localhost/x?host=/nowhere";
  const message = await openDatabase({ url }).then(
    () => "",
    (error: Error) => error.message,
  );
  expect(message).toMatch(/^The database cannot be used: connect ENOENT/);
  expect(message).not.toContain("secret");
});
