import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { type Db, openDatabase, testDatabase, type TestDatabase } from "@permanence/database";
import { systemClock } from "@permanence/kernel";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { listInboundMails } from "./inbound-mail-store.ts";
import { makeTestDesk, testWorld, type TestDesk } from "./mail-test-desk.ts";
import { type SmtpIntake, startSmtpIntake } from "./smtp-intake.ts";
import { TestClient } from "./smtp-test-client.ts";

const MAIL = "Subject: x\r\n\r\ny\r\n";
const world = testWorld(systemClock, "trouble");

let database: TestDatabase;
let desk: TestDesk;
let gate: Gate;
let db: Db;
let intake: SmtpIntake;
const said: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  desk = await makeTestDesk(database.db, world);
  gate = await openGate(database.url);
  db = await openDatabase({ url: gate.url, maxConnections: 4 });
  const limits = { storingMs: 500, closingMs: 500 };
  intake = await startSmtpIntake({ db, world, host: "127.0.0.1", port: 0, log: (line) => said.push(line), limits });
});
afterEach(() => gate.open());
afterAll(async () => {
  await intake.close();
  await db.close();
  await gate.close();
  await database.close();
});

/** A door between the program and its database, to be shut. */
type Gate = { url: string; open(): void; shut(): void; jam(): void; close(): Promise<void> };

async function openGate(url: string): Promise<Gate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isShut = false;
  let isJammed = false;
  const server: Server = createServer((near) => {
    if (isShut) return void near.destroy();
    const far = connectTo(target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(from);
          to.destroy();
        });
      from.on("data", (chunk) => void (isJammed || to.write(chunk)));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const through = new URL(url);
  through.searchParams.delete("host");
  through.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: through.href,
    open: () => {
      if (isJammed) cut();
      isShut = isJammed = false;
    },
    shut: () => {
      isShut = true;
      cut();
    },
    jam: () => void (isJammed = true),
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connectTo(target: URL): Socket {
  const folder = target.searchParams.get("host");
  if (folder?.startsWith("/")) return createConnection(`${folder}/.s.PGSQL.${target.port || 5432}`);
  return createConnection(Number(target.port || 5432), target.hostname.replace(/^\[|\]$/g, ""));
}

async function kept(): Promise<number> {
  const rows = await database.db.transaction(desk.deskId, (tx) =>
    listInboundMails(tx, desk.deskId, {}, { before: null, limit: 200 }),
  );
  return rows.length;
}

test("while the database is away, mail and recipients are deferred; then they are taken again", async () => {
  const client = await TestClient.greet(intake.port);
  expect(await client.mail([desk.mailbox], MAIL)).toMatch(/^250/);

  await client.begin([desk.mailbox]);
  gate.shut();
  client.send(`${MAIL}.\r\n`);
  expect(await client.reply()).toMatch(/^451 4\.3\.0/);
  await client.say("MAIL FROM:<a@b.be>");
  expect(await client.say(`RCPT TO:<${desk.mailbox.replace("@", "+x@")}>`)).toMatch(/^451 4\.3\.0/);
  expect(await client.say("RCPT TO:<nobody@desk.example>")).toMatch(/^451 4\.3\.0/);
  expect(said.filter((line) => line.startsWith("Mail cannot be taken"))).toHaveLength(1);

  gate.open();
  await client.say("RSET");
  expect(await client.mail([desk.mailbox], MAIL)).toMatch(/^250/);
  expect(said.at(-1)).toBe("Mail is taken again.");
  expect(await kept()).toBe(2);
});

test("a database that hangs defers mail in time", async () => {
  const client = await TestClient.greet(intake.port);
  await client.begin([desk.mailbox]);
  const before = await kept();
  gate.jam();
  client.send(`${MAIL}.\r\n`);
  expect(await client.reply()).toMatch(/^451 4\.3\.0/);
  gate.open();
  expect(await client.mail([desk.mailbox], MAIL)).toMatch(/^250/);
  expect(await kept()).toBe(before + 1);
});

test("a full disk is no fault of the sender's", async () => {
  await sql`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`.execute(
    database.db.directory,
  );
  await sql`create trigger full_disk before insert on inbound_mail execute function full_disk()`.execute(
    database.db.directory,
  );
  const client = await TestClient.greet(intake.port);
  expect(await client.mail([desk.mailbox], MAIL)).toMatch(/^452 4\.3\.1 There is no room/);
  await sql`drop function full_disk cascade`.execute(database.db.directory);
  expect(await client.mail([desk.mailbox], MAIL)).toMatch(/^250/);
});

test("under load with a database that comes and goes, exactly what got 250 is kept", async () => {
  const before = await kept();
  let accepted = 0;
  let isOver = false;
  const senders = Array.from({ length: 8 }, async (_, sender) => {
    const client = await TestClient.greet(intake.port);
    for (let mail = 0; !isOver; mail++) {
      const reply = await client.mail([desk.mailbox], `Subject: ${sender}.${mail}\r\n\r\n`);
      if (reply.startsWith("250")) accepted++;
      else expect(reply).toMatch(/^(451|503)/); // 503: none of the recipients could be looked up.
      if (!reply.startsWith("250")) await client.say("RSET");
    }
  });
  for (let round = 0; round < 6; round++) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    gate.shut();
    await new Promise((resolve) => setTimeout(resolve, 20));
    gate.open();
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  isOver = true;
  await Promise.all(senders);
  expect(accepted).toBeGreaterThan(0);
  const now = await countAll();
  // A commit whose answer was cut off may have kept a mail that got 451, and comes again: never the other way round.
  expect(now - before).toBeGreaterThanOrEqual(accepted);
  expect(now - before).toBeLessThanOrEqual(accepted + 6 * 3 * 8);
});

async function countAll(): Promise<number> {
  return database.db.transaction(desk.deskId, async (tx) => {
    const { rows } = await sql<{
      count: number;
    }>`select count(*) from inbound_mail where desk_id = ${desk.deskId}`.execute(tx);
    return rows[0]!.count;
  });
}
