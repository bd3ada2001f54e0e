import { type Db, readBlob, testDatabase, type TestDatabase } from "@permanence/database";
import { systemClock } from "@permanence/kernel";
import { once } from "node:events";
import { createConnection } from "node:net";
import { connect as tlsConnect } from "node:tls";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { listInboundMails } from "./inbound-mail-store.ts";
import type { InboundMailRow } from "./mail-tables.ts";
import { makeTestDesk, testWorld, type TestDesk } from "./mail-test-desk.ts";
import { type IntakeLimits, type SmtpIntake, type SmtpIntakeOptions, startSmtpIntake } from "./smtp-intake.ts";
import { TEST_CERTIFICATE } from "./smtp-test-certificate.ts";
import { TestClient } from "./smtp-test-client.ts";

let database: TestDatabase;
let db: Db;
let intake: SmtpIntake;
let desk: TestDesk;
let other: TestDesk;
let count = 0;
const world = testWorld(systemClock, "intake");

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
});
afterAll(() => database.close());

beforeEach(async () => {
  count++;
  desk = await makeTestDesk(db, world, `help${count}@desk.example`);
  other = await makeTestDesk(db, world, `other${count}@desk.example`);
  intake = await start();
});
afterEach(() => intake.close());

const MAX_BYTES = 300_000;

function start(options: Partial<SmtpIntakeOptions> = {}, limits: Partial<IntakeLimits> = {}): Promise<SmtpIntake> {
  return startSmtpIntake({
    ...{ db, world, host: "127.0.0.1", port: 0, maxSizeBytes: MAX_BYTES, log: () => {} },
    ...options,
    limits: { closingMs: 500, ...limits },
  });
}

async function restart(options: Partial<SmtpIntakeOptions> = {}, limits: Partial<IntakeLimits> = {}): Promise<void> {
  await intake.close();
  intake = await start(options, limits);
}

async function received(of = desk): Promise<(InboundMailRow & { bytes: string })[]> {
  return db.transaction(of.deskId, async (tx) => {
    const rows = await listInboundMails(tx, of.deskId, {}, { before: null, limit: 100 });
    const withBytes = rows.map(async (row) =>
      Object.assign(row, { bytes: (await readBlob(tx, of.deskId, row.sha256))!.toString("latin1") }),
    );
    return Promise.all(withBytes);
  });
}

async function jobs(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select payload->>'inboundMailId' as id from graphile_worker._private_jobs
    where payload->>'deskId' = ${desk.deskId}`.execute(db.directory);
  return rows.map(({ id }) => id);
}

const MAIL = "From: zoe@agence.be\r\nSubject: Bonjour\r\n\r\nÀ l'aide\r\n.\r\n..\r\nmerci\r\n";

test("what gets 250 is kept byte for byte, with its envelope and the job that reads it", async () => {
  const client = await TestClient.greet(intake.port);
  const before = systemClock.now();
  const reply = await client.mail([desk.mailbox], MAIL);
  const [mail, ...others] = await received();
  expect(others).toEqual([]);
  expect(reply).toBe(`250 2.0.0 Kept as ${mail!.inbound_mail_id}`);
  expect(mail).toMatchObject({
    mailbox_id: desk.mailboxId,
    envelope_from: "zoe@agence.be",
    envelope_to: [desk.mailbox],
    remote_ip: "127.0.0.1",
    helo: "client.example",
    size_bytes: MAIL.length,
    kind: null,
    bytes: MAIL,
  });
  expect(mail!.received_at).toBeGreaterThanOrEqual(before);
  expect(await jobs()).toEqual([mail!.inbound_mail_id]);
  expect(await client.say("QUIT")).toMatch(/^221/);
});

test("any bytes with whole line ends come back as they were sent, however they are cut", async () => {
  const line = fc.oneof(
    fc.constantFrom(".", "..", ".x", "", "...", "x.", "\0", "From: a"),
    fc.string({ unit: "binary-ascii", maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, "")),
  );
  const client = await TestClient.greet(intake.port);
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), async (lines, cut) => {
      const text = lines.map((each) => `${each}\r\n`).join("");
      await client.begin([desk.mailbox]);
      const wire = Buffer.from(`${text.replace(/^\./gm, "..")}.\r\n`, "latin1");
      for (let at = 0; at < wire.length; at += cut) {
        client.send(wire.subarray(at, at + cut));
        if (at % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const [, id] = /^250 2\.0\.0 Kept as (\S+)$/.exec(await client.reply()) ?? [];
      const mail = (await received()).find((each) => each.inbound_mail_id === id);
      expect(mail?.bytes).toBe(text);
    }),
    { numRuns: 40 },
  );
});

test("a sub-address reaches its mailbox; both forms are kept in the envelope, once", async () => {
  const client = await TestClient.greet(intake.port);
  const tagged = desk.mailbox.replace("@", "+T-abcdefghijklmnopqrst@");
  expect(await client.mail([desk.mailbox.toUpperCase(), tagged], MAIL)).toMatch(/^250/);
  expect(await received()).toMatchObject([{ envelope_to: [desk.mailbox, tagged.toLowerCase()] }]);
});

test("mail for two desks is kept by both", async () => {
  const client = await TestClient.greet(intake.port);
  expect(await client.mail([desk.mailbox, other.mailbox], MAIL)).toMatch(/^250/);
  expect(await received(desk)).toMatchObject([{ envelope_to: [desk.mailbox], bytes: MAIL }]);
  expect(await received(other)).toMatchObject([{ envelope_to: [other.mailbox], bytes: MAIL }]);
});

test("mail for two desks is kept by neither where one cannot", async () => {
  const client = await TestClient.greet(intake.port);
  await client.begin([desk.mailbox, other.mailbox]);
  await db.transaction(other.deskId, async (tx) => {
    await tx.deleteFrom("mailbox").where("desk_id", "=", other.deskId).execute(); // After RCPT had found it.
  });
  client.send(`${MAIL.replace(/^\./gm, "..")}.\r\n`);
  expect(await client.reply()).toMatch(/^451 4\.3\.0 .*try again/);
  expect(await received(desk)).toEqual([]);
  expect(await client.mail([desk.mailbox], MAIL)).toMatch(/^250/);
});

test.each([
  ["RCPT TO:<nobody@desk.example>", /^550 5\.1\.1 There is no mailbox/],
  ["RCPT TO:<help@elsewhere.example>", /^550 5\.1\.1/],
  ["RCPT TO:<help@desk.example@x>", /^501/],
  ["RCPT TO:nobody", /^501/],
  ["RCPT TO:<>", /^501/],
  ["RCPT TO:<postmaster>", /^250/],
  ["DATA", /^503/],
  ["AUTH PLAIN AAAA", /^500/],
  ["STARTTLS", /^500/],
  ["XCLIENT ADDR=1.2.3.4", /^500/],
  ["MAIL FROM:<b@c.be>", /^503/],
  ["VRFY help", /^252/],
  [`NOOP ${"x".repeat(8_000)}`, /^421/],
])("%.40s", async (command, reply) => {
  const client = await TestClient.greet(intake.port);
  await client.say("MAIL FROM:<a@b.be>");
  expect(await client.say(command)).toMatch(reply);
});

test("what it offers: size, pipelining, 8 bits and UTF-8; neither sign-in nor, without a certificate, TLS", async () => {
  const client = await TestClient.connect(intake.port);
  const offers = await client.say("EHLO client.example");
  expect(offers).toMatch(new RegExp(`250[- ]SIZE ${MAX_BYTES}`));
  for (const offer of ["PIPELINING", "8BITMIME", "SMTPUTF8"]) expect(offers).toContain(offer);
  for (const offer of ["AUTH", "STARTTLS", "DSN", "CHUNKING"]) expect(offers).not.toContain(offer);
});

test("a pipelining sender that asks for reports and sends in UTF-8 is understood", async () => {
  const client = await TestClient.greet(intake.port);
  client.send(
    `MAIL FROM:<zoé@agence.be> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=x SIZE=100\r\n` +
      `RCPT TO:<${desk.mailbox}> NOTIFY=FAILURE ORCPT=rfc822;${desk.mailbox}\r\nDATA\r\n`,
  );
  expect([await client.reply(), await client.reply(), await client.reply()].map((reply) => reply.slice(0, 3))).toEqual([
    "250",
    "250",
    "354",
  ]);
  client.send("Subject: x\r\n\r\n.\r\nNOOP\r\n");
  expect(await client.reply()).toMatch(/^250 2\.0\.0 Kept/);
  expect(await client.reply()).toMatch(/^250/);
  expect(await received()).toMatchObject([{ envelope_from: "zoé@agence.be" }]);
});

test.each([
  ["LF . LF", "\n.\n"],
  ["LF . CRLF", "\n.\r\n"],
  ["CRLF . LF", "\r\n.\n"],
  ["CR . CR", "\r.\r"],
  ["CR . CRLF", "\r.\r\n"],
  ["CRLF . CR", "\r\n.\r"],
  ["CR . LF", "\r.\n"],
  ["LF . CR", "\n.\r"],
  ["CR CRLF . CRLF", "\r\r\n.\r\n"],
  ["CRLF . CR CRLF", "\r\n.\r\r\n"],
  ["LF alone", "a\nb"],
  ["CR alone", "a\rb"],
  ["LF LF", "\n\n.\r\n"],
])("no mail ends, and none is kept, with %s", async (_, ending) => {
  for (const isCut of [false, true]) {
    const client = await TestClient.greet(intake.port);
    await client.begin([desk.mailbox]);
    const smuggled = `MAIL FROM:<boss@desk.example>\r\nRCPT TO:<${desk.mailbox}>\r\nDATA\r\nSubject: smuggled\r\n\r\n.\r\nNOOP\r\n`;
    const wire = Buffer.from(`Subject: x\r\n\r\ntext${ending}${smuggled}`, "latin1");
    if (isCut) {
      for (const byte of wire) {
        client.send(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    } else client.send(wire);
    expect(await client.reply()).toMatch(/^554 5\.5\.2 Lines end in CR LF/);
    expect(await client.reply()).toBe(""); // Nothing after it is answered.
    client.end();
  }
  expect(await received()).toEqual([]);
});

test("CRLF NUL . CRLF and kin are text, not an end", async () => {
  const client = await TestClient.greet(intake.port);
  const text = "Subject: x\r\n\r\na\r\n\0.\r\nb\r\n.\0\r\nc\r\n .\r\nd\r\n";
  expect(await client.mail([desk.mailbox], text)).toMatch(/^250/);
  expect(await received()).toMatchObject([{ bytes: text }]);
});

test("a command that ends in a bare LF is refused as well", async () => {
  const client = await TestClient.greet(intake.port);
  client.send("MAIL FROM:<a@b.be>\nRCPT TO:<x@y.z>\r\n");
  expect(await client.reply()).toMatch(/^554 5\.5\.2/);
  expect(await client.reply()).toBe("");
});

test("a client that talks before the banner is sent away", async () => {
  const client = new TestClient(createConnection(intake.port, "127.0.0.1"));
  client.send("EHLO eager.example\r\n");
  expect(await client.reply()).toMatch(/^421/);
  await client.closed();
});

test("a mail over the size is refused, by its announcement or as it comes, and the next is taken", async () => {
  const client = await TestClient.greet(intake.port);
  expect(await client.say(`MAIL FROM:<a@b.be> SIZE=${MAX_BYTES + 1}`)).toMatch(/^552/);
  expect(await client.mail([desk.mailbox], `${"x".repeat(998)}\r\n`.repeat(301))).toMatch(/^552/);
  expect(await client.mail([desk.mailbox], `${"x".repeat(998)}\r\n`.repeat(300))).toMatch(/^250/);
  expect(await received()).toHaveLength(1);
});

test("a mail without end is cut off", async () => {
  const client = await TestClient.greet(intake.port);
  await client.begin([desk.mailbox]);
  const line = `${"x".repeat(998)}\r\n`.repeat(10);
  while (!client.isClosed && client.socket.bytesWritten < 50 * MAX_BYTES) {
    if (!client.socket.write(line)) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(client.socket.bytesWritten).toBeLessThan(50 * MAX_BYTES);
  expect(await received()).toEqual([]);
});

test("a mail that breaks off is not kept, and a sender that went away is forgotten", async () => {
  const client = await TestClient.greet(intake.port);
  await client.begin([desk.mailbox]);
  client.send("Subject: x\r\n\r\nhalf");
  client.end();
  const next = await TestClient.greet(intake.port);
  expect(await next.mail([desk.mailbox], MAIL)).toMatch(/^250/);
  expect(await received()).toMatchObject([{ bytes: MAIL }]);
});

test("more recipients than the limit are deferred, those before them kept", async () => {
  await restart({}, { recipients: 3 });
  const client = await TestClient.greet(intake.port);
  await client.say("MAIL FROM:<a@b.be>");
  const replies: string[] = [];
  for (const tag of ["", "+a", "+b", "+c"]) {
    replies.push(await client.say(`RCPT TO:<${desk.mailbox.replace("@", `${tag}@`)}>`));
  }
  expect(replies.map((reply) => reply.slice(0, 3))).toEqual(["250", "250", "250", "452"]);
});

test("who tries names is sent away", async () => {
  await restart({}, { unknownRecipients: 3 });
  const client = await TestClient.greet(intake.port);
  await client.say("MAIL FROM:<a@b.be>");
  for (let index = 0; index < 3; index++) expect(await client.say(`RCPT TO:<n${index}@desk.example>`)).toMatch(/^550/);
  expect(await client.say("RCPT TO:<n3@desk.example>")).toMatch(/^421/);
  await client.closed();
});

test("connections are bounded, in all and for each address; a silent one is ended", async () => {
  await restart({}, { connections: 6, connectionsPerAddress: 2, idleMs: 300, idleWhenCrowdedMs: 300 });
  const [first, second] = [await TestClient.greet(intake.port), await TestClient.greet(intake.port)];
  const third = new TestClient(createConnection(intake.port, "127.0.0.1"));
  expect(await third.reply()).toMatch(/^421 4\.7\.0/);
  await Promise.all([first.closed(), second.closed()]);
  const next = await TestClient.greet(intake.port);
  expect(await next.mail([desk.mailbox], MAIL)).toMatch(/^250/);
});

test("a mail that dribbles in is cut off in time, and its sender told to come again", async () => {
  await restart({}, { mailMs: 300 });
  const client = await TestClient.greet(intake.port);
  await client.begin([desk.mailbox]);
  const dribble = setInterval(() => client.send("x"), 20);
  expect(await client.reply()).toMatch(/^421 4\.4\.2/);
  clearInterval(dribble);
  await client.closed();
});

test("closing waits for the mail that is under way, and for nobody else", async () => {
  await restart({}, { closingMs: 5_000 });
  const [idle, busy] = [await TestClient.greet(intake.port), await TestClient.greet(intake.port)];
  await busy.begin([desk.mailbox]);
  busy.send("Subject: x\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closing = intake.close();
  expect(await idle.reply()).toMatch(/^421 4\.3\.2/);
  busy.send("the end\r\n.\r\n");
  expect(await busy.reply()).toMatch(/^250/);
  expect(await busy.reply()).toMatch(/^421/);
  await closing;
  expect(await received()).toHaveLength(1);
  intake = await start();
});

test("many senders at once share transactions, and each mail is kept once", async () => {
  const clients = await Promise.all(Array.from({ length: 24 }, () => TestClient.greet(intake.port)));
  const replies = await Promise.all(
    clients.map(async (client, index) => {
      const own = [];
      for (let round = 0; round < 5; round++)
        own.push(await client.mail([desk.mailbox], `Subject: ${index}.${round}\r\n\r\n`));
      return own;
    }),
  );
  expect(replies.flat().every((reply) => reply.startsWith("250"))).toBe(true);
  const rows = await db.transaction(desk.deskId, (tx) =>
    listInboundMails(tx, desk.deskId, {}, { before: null, limit: 200 }),
  );
  expect(rows).toHaveLength(120);
  expect(new Set(replies.flat()).size).toBe(120);
  expect(await jobs()).toHaveLength(120);
});

test("the same bytes twice are two mails that share them", async () => {
  const client = await TestClient.greet(intake.port);
  await client.mail([desk.mailbox], MAIL);
  await client.mail([desk.mailbox], MAIL);
  const [one, two] = await received();
  expect(one!.inbound_mail_id).not.toBe(two!.inbound_mail_id);
  expect(one!.sha256).toEqual(two!.sha256);
});

test("with a certificate, TLS is offered, and what came before it is forgotten", async () => {
  await restart({ tls: TEST_CERTIFICATE });
  const plain = await TestClient.connect(intake.port);
  expect(await plain.say("EHLO client.example")).toContain("STARTTLS");
  await plain.say("MAIL FROM:<a@b.be>");
  expect(await plain.say("STARTTLS")).toMatch(/^220/);
  plain.socket.removeAllListeners("data");
  const secure = tlsConnect({ socket: plain.socket, rejectUnauthorized: false });
  await once(secure, "secureConnect");
  const client = new TestClient(secure);
  expect(await client.say(`RCPT TO:<${desk.mailbox}>`)).toMatch(/^503/);
  expect(await client.say("EHLO client.example")).not.toContain("STARTTLS");
  expect(await client.mail([desk.mailbox], MAIL)).toMatch(/^250/);
  expect(await received()).toMatchObject([{ bytes: MAIL }]);

  client.send("MAIL FROM:<a@b.be>\n");
  expect(await client.reply()).toMatch(/^554 5\.5\.2/);
});

test("large mails from many at once go one after the other where memory is short, and all arrive", async () => {
  await restart({}, { memoryBytes: MAX_BYTES });
  const clients = await Promise.all(Array.from({ length: 12 }, () => TestClient.greet(intake.port)));
  const text = (index: number) => `Subject: ${index}\r\n\r\n${`${"x".repeat(998)}\r\n`.repeat(250)}`;
  const replies = await Promise.all(clients.map((client, index) => client.mail([desk.mailbox], text(index))));
  expect(replies.every((reply) => reply.startsWith("250"))).toBe(true);
  expect(await received()).toHaveLength(12);
});
