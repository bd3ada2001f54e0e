import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type EmbeddedServer, startEmbedded } from "./embedded-server.ts";
import { lockFile } from "./file-lock.ts";
import { migrate } from "./migrations.ts";
import { TEST_DATABASE_SOCKET } from "./test-database.ts";

const PREFIX = "permanence-test-";

/** vitest's globalSetup: hands a fresh database to each connection to its socket, and drops it when the
 *  connection ends. The server starts with the first one, so that tests without a database do not wait. */
export default async function serveTestDatabases(): Promise<() => Promise<void>> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  await chmod(dataDir, 0o755); // The account that PostgreSQL runs as must get in.
  const runLock = lockFile(join(dataDir, "run.lock"));
  let server: Promise<TestServer> | null = null;
  const sockets = createServer((socket) => {
    server ??= startServer(dataDir);
    void serve(server, socket);
  });
  const path = join(dataDir, "socket");
  await new Promise<void>((resolve) => sockets.listen(path, resolve));
  process.env[TEST_DATABASE_SOCKET] = path;

  return async () => {
    sockets.close();
    await (await server)?.stop();
    if ("release" in runLock) runLock.release();
    await rm(dataDir, { recursive: true, force: true });
  };
}

type TestServer = {
  create(): Promise<{ name: string; url: string }>;
  drop(name: string): Promise<void>;
  stop(): Promise<void>;
};

async function startServer(dataDir: string): Promise<TestServer> {
  const embedded = await startEmbedded({
    dataDir,
    log: (sentence) => console.error(sentence),
    settings: { fsync: "off", full_page_writes: "off", synchronous_commit: "off", max_connections: "200" }, // Tests lose nothing.
    setup: ["alter role permanence createdb"],
  });
  await migrate(embedded.url, { log: () => {} });
  return testServer(embedded);
}

/** The migrated database `permanence` is the template: nobody connects to it any more. */
async function testServer(embedded: EmbeddedServer): Promise<TestServer> {
  const admin = new pg.Client({ connectionString: embedded.url.replace("/permanence?", "/postgres?") });
  await admin.connect();
  let made = 0;
  return {
    async create() {
      const name = `test_${++made}`;
      await admin.query(`create database ${name} template permanence`);
      return { name, url: embedded.url.replace("/permanence?", `/${name}?`) };
    },
    async drop(name) {
      await admin.query(`drop database ${name} with (force)`);
    },
    async stop() {
      await admin.end();
      await embedded.stop();
    },
  };
}

async function serve(starting: Promise<TestServer>, socket: Socket): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  socket.on("error", () => {}).resume();
  try {
    const server = await starting;
    const { name, url } = await server.create();
    socket.write(`${JSON.stringify({ url })}\n`);
    await closed;
    await server.drop(name);
  } catch (error) {
    socket.end(`${JSON.stringify({ error: String(error) })}\n`);
  }
}

/** What runs that were killed left behind: their lock is free. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const lock = lockFile(join(folder, "run.lock"), 0);
    if ("holder" in lock) continue;
    lock.release();
    await rm(folder, { recursive: true, force: true });
  }
}
