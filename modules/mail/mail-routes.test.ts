import { OpenAPIHono } from "@hono/zod-openapi";
import { testDatabase, type TestDatabase } from "@permanence/database";
import { instant, VirtualClock } from "@permanence/kernel";
import type { ApiEnv, Session } from "@permanence/people";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appendEvidence } from "./evidence-store.ts";
import { inboundMailRoutes } from "./inbound-mail-routes.ts";
import { insertInboundMail, lockInboundMails, markRead } from "./inbound-mail-store.ts";
import { makeTestDesk, START, testWorld, type TestDesk } from "./mail-test-desk.ts";
import { queueMail, SEND_MAIL } from "./outbox.ts";
import type { MailToQueue } from "./outgoing-mail.ts";
import { outgoingMailRoutes } from "./outgoing-mail-routes.ts";
import { lockMails, type Progress, saveProgress } from "./outgoing-mail-store.ts";

const clock = new VirtualClock(START);
const world = testWorld(clock, "routes");
let database: TestDatabase;
let desk: TestDesk;
let other: TestDesk;

beforeAll(async () => {
  database = await testDatabase();
  desk = await makeTestDesk(database.db, world, "help@desk.example");
  other = await makeTestDesk(database.db, world, "help@other.example");
});
afterAll(() => database.close());

async function ask(path: string, of = desk, method = "GET"): Promise<Response> {
  const api = new OpenAPIHono<ApiEnv>();
  api.use(async (c, next) => {
    c.set("db", database.db);
    c.set("world", world);
    c.set("session", { deskId: of.deskId } as Session);
    await next();
  });
  api.route("/", inboundMailRoutes()).route("/", outgoingMailRoutes());
  return api.request(path, { method });
}

async function list(path: string, of = desk) {
  const { items, next } = (await (await ask(path, of)).json()) as {
    items: Record<string, unknown>[];
    next: string | null;
  };
  return { items, next };
}

function receive(number: number, text: string): Promise<string> {
  const inboundMailId = `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
  const mail = {
    inboundMailId,
    mailboxId: desk.mailboxId,
    receivedAt: instant(START + number),
    bytes: Buffer.from(text),
  };
  const envelope = { envelopeFrom: "zoe@agence.be", envelopeTo: [desk.mailbox], helo: "", remoteIp: "192.0.2.1" };
  return database.db.transaction(desk.deskId, (tx) => {
    insertInboundMail(tx, desk.deskId, { ...mail, ...envelope });
    return inboundMailId;
  });
}

test("inbound mails: newest first, page by page, filtered, and byte for byte", async () => {
  const ids: string[] = [];
  for (let number = 1; number <= 5; number++) ids.push(await receive(number, `Subject: ${number}\r\n\r\n\xff`));
  await database.db.transaction(desk.deskId, async (tx) => {
    const [second] = await lockInboundMails(tx, desk.deskId, [ids[1]!]);
    markRead(tx, second!, instant(START + 10), {
      kind: "quarantined",
      reason: "It has more than 1000 parts.",
      message_id: "x@agence.be",
      from_address: "zoe@agence.be",
      from_name: "Zoé",
      subject: "2",
      warnings: ["odd"],
    });
  });

  const first = await list("/inbound-mails?limit=2");
  expect(first.items.map((item) => item["id"])).toEqual([ids[4], ids[3]]);
  const second = await list(`/inbound-mails?limit=2&cursor=${first.next}`);
  expect(second.items.map((item) => item["id"])).toEqual([ids[2], ids[1]]);
  const third = await list(`/inbound-mails?limit=2&cursor=${second.next}`);
  expect(third).toMatchObject({ items: [{ id: ids[0], kind: null, from: null, subject: null }], next: null });

  const expected = {
    id: ids[1],
    kind: "quarantined",
    receivedAt: "2026-06-01T09:00:00.002Z",
    from: { name: "Zoé", address: "zoe@agence.be" },
    envelopeFrom: "zoe@agence.be",
    to: ["help@desk.example"],
    subject: "2",
    ticketId: null,
    reason: "It has more than 1000 parts.",
    warnings: ["odd"],
    sizeBytes: 16,
    duplicateOf: null,
    authentication: null,
    sender: "unproven",
  };
  expect((await list("/inbound-mails?kind=quarantined")).items).toEqual([expected]);
  expect((await list("/inbound-mails?messageId=x@agence.be")).items).toEqual([expected]);
  expect(await (await ask(`/inbound-mails/${ids[1]}`)).json()).toEqual(expected);

  const raw = await ask(`/inbound-mails/${ids[1]}/raw`);
  expect(Buffer.from(await raw.arrayBuffer()).toString("utf8")).toBe("Subject: 2\r\n\r\nÿ");
  expect(raw.headers.get("content-type")).toBe("message/rfc822");
  expect(raw.headers.get("content-disposition")).toContain("attachment");
  expect(raw.headers.get("x-content-type-options")).toBe("nosniff");
});

test.each([
  "/inbound-mails?kind=odd",
  "/inbound-mails?limit=0",
  "/inbound-mails?cursor=x",
  "/outgoing-mails?purpose=sign-in",
])("400 for %s", async (path) => {
  expect((await ask(path)).status).toBe(400);
});

test("no desk sees another's mail", async () => {
  const id = await receive(90, "Subject: ours\r\n\r\n");
  expect((await list("/inbound-mails", other)).items).toEqual([]);
  for (const path of [`/inbound-mails/${id}`, `/inbound-mails/${id}/raw`]) {
    expect((await ask(path, other)).status).toBe(404);
    expect((await ask(path)).status).toBe(200);
  }
});

function queue(changes: Partial<MailToQueue>) {
  const mail: MailToQueue = {
    purpose: "notice",
    ticketId: desk.ticketId,
    contactId: desk.contactId,
    mailbox: desk.mailbox,
    fromName: "Aide",
    to: { name: "", address: "zoe@agence.be" },
    subject: "Votre demande",
    text: "Bonjour\n",
    html: "<p>Bonjour</p>",
    language: "fr",
    replyToken: desk.replyToken,
    inReplyTo: null,
    references: [],
    automatic: "auto-replied",
    requestMdn: false,
  };
  return database.db.transaction(desk.deskId, async (tx) => {
    const queued = await queueMail(tx, world, desk.deskId, { ...mail, ...changes });
    if ("refused" in queued) throw new Error(queued.refused);
    return queued;
  });
}

test("outgoing mails: with number, evidence, text and headers; shown as the reader sees them", async () => {
  const { outgoingMailId: id, messageId } = await queue({});
  await database.db.transaction(desk.deskId, (tx) =>
    appendEvidence(tx, world, desk.deskId, {
      ...{ ticketId: desk.ticketId, outgoingMailId: id, rung: "delivered" as const, at: START },
      ...{ datedAt: null, source: "dsn", detail: "" },
    }),
  );
  const shown = {
    id,
    ticketId: desk.ticketId,
    ticketNumber: 1,
    purpose: "notice",
    to: "zoe@agence.be",
    subject: "Votre demande",
    state: "queued",
    attempts: 0,
    createdAt: "2026-06-01T09:00:00.000Z",
    sentAt: null,
    nextAttemptAt: "2026-06-01T09:00:00.000Z",
    lastError: null,
    evidence: [{ rung: "delivered", at: "2026-06-01T09:00:00.000Z", source: "dsn" }],
  };
  expect((await list(`/outgoing-mails?ticketId=${desk.ticketId}&state=queued&purpose=notice`)).items).toEqual([shown]);
  expect(await (await ask(`/outgoing-mails/${id}`)).json()).toMatchObject({
    ...shown,
    text: "Bonjour",
    headers: { messageId: `<${messageId}>`, autoSubmitted: "auto-replied", from: "Aide <help@desk.example>" },
  });

  const html = await ask(`/outgoing-mails/${id}/html`);
  expect(await html.text()).toContain("<p>Bonjour</p>");
  expect(html.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(html.headers.get("content-security-policy")).toContain("sandbox");
  expect(await (await ask(`/outgoing-mails/${id}/raw`)).text()).toContain(`<${messageId}>`);
  expect((await ask(`/outgoing-mails/${id}`, other)).status).toBe(404);
});

function save(outgoingMailId: string, progress: Partial<Progress>) {
  return database.db.transaction(desk.deskId, async (tx) => {
    const [mail] = await lockMails(tx, desk.deskId, [outgoingMailId]);
    saveProgress(tx, mail!, progress);
  });
}

async function jobTimeOf(outgoingMailId: string): Promise<number | undefined> {
  const { rows } = await sql<{ run_at: Date }>`
    select run_at from graphile_worker.jobs where key = ${`${SEND_MAIL}:${outgoingMailId}`}`.execute(
    database.db.directory,
  );
  return rows[0]?.run_at.getTime();
}

test.each([
  ["failed", null],
  ["queued", instant(START + 9_000_000)],
] as const)("a %s mail is tried again now", async (state, next_attempt_at) => {
  const { outgoingMailId: id } = await queue({});
  await save(id, { state, next_attempt_at, attempts: 3, last_error: "554 5.7.1 Relay access denied" });
  const answer = await ask(`/outgoing-mails/${id}/attempts`, desk, "POST");
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({
    ...{ id, state: "queued", attempts: 3, nextAttemptAt: "2026-06-01T09:00:00.000Z" },
    lastError: "554 5.7.1 Relay access denied",
  });
  expect(await jobTimeOf(id)).toBe(START);
});

test("a mail that was sent, and one of another desk or of none, is not tried again", async () => {
  const { outgoingMailId: id } = await queue({});
  await save(id, { state: "sent", next_attempt_at: null, sent_at: START });
  expect((await ask(`/outgoing-mails/${id}/attempts`, desk, "POST")).status).toBe(409);
  expect((await ask(`/outgoing-mails/${id}/attempts`, other, "POST")).status).toBe(404);
  expect((await ask(`/outgoing-mails/${desk.deskId}/attempts`, desk, "POST")).status).toBe(404);
  expect(await jobTimeOf(id)).toBeUndefined();
});

test("a sign-in link is nowhere to be seen", async () => {
  const { outgoingMailId: id } = await queue({ purpose: "sign-in", ticketId: null, text: "https://secret.example" });
  for (const path of ["", "/html", "/raw"]) expect((await ask(`/outgoing-mails/${id}${path}`)).status).toBe(404);
  expect((await list("/outgoing-mails")).items.map((item) => item["purpose"])).not.toContain("sign-in");
});
