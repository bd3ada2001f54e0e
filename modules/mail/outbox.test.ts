import { type Db, type DeskId, startWorkers, testDatabase, type TestDatabase } from "@permanence/database";
import { instant, VirtualClock } from "@permanence/kernel";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { listEvidenceOfMails } from "./evidence-store.ts";
import type { OutgoingMailRow } from "./mail-tables.ts";
import { makeTestDesk, START, testWorld, type TestDesk } from "./mail-test-desk.ts";
import { queueMail, SEND_MAIL } from "./outbox.ts";
import { openOutbox, type Outbox, type OutboxHooks, type OutboxOptions } from "./outbox-jobs.ts";
import { nextAttemptAt } from "./outbox-schedule.ts";
import type { MailToQueue } from "./outgoing-mail.ts";
import { findOutgoingMail, listOutgoingMails } from "./outgoing-mail-store.ts";
import { type Sink, startSink } from "./smtp-test-sink.ts";

let database: TestDatabase;
let db: Db;
let desk: TestDesk;
let sink: Sink;
const outboxes: Outbox[] = [];
let clock: VirtualClock;
let recorded: string[];
let desks = 0;

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
});
afterAll(() => database.close());

beforeEach(async () => {
  clock = new VirtualClock(START);
  recorded = [];
  desk = await makeTestDesk(db, testWorld(clock, `desk ${++desks}`), `help${desks}@desk.example`);
  sink = await startSink();
});
afterEach(async () => {
  for (const each of outboxes.splice(0)) await each.close();
  await sink.close();
});

const LIMITS = { connectMs: 500, silenceMs: 1_000, mailMs: 2_000, answerMs: 2_500, idleMs: 5_000 };

const TOO_LATE = "It waited too long to be worth sending.";
const HOUR_MS = 3_600_000;

const hooks: OutboxHooks = {
  onEvidence: async (_tx, _deskId, facts) => {
    for (const { mail, evidence } of facts) recorded.push(`${mail.outgoing_mail_id} ${evidence.rung}`);
  },
};

function outbox(options: Partial<OutboxOptions> = {}): Outbox {
  const relay = { host: "127.0.0.1", port: sink.port, secure: false, login: null };
  const world = { ...testWorld(), clock };
  const opened = openOutbox({ db, world, relay, hooks, log: () => {}, limits: LIMITS, ...options });
  outboxes.push(opened);
  return opened;
}

let queued = 0;

async function queue(changes: Partial<MailToQueue> = {}): Promise<string> {
  const result = await db.transaction(desk.deskId, (tx) =>
    queueMail(tx, testWorld(clock, `mail ${++queued}`), desk.deskId, { ...notice(), ...changes }),
  );
  if ("refused" in result) throw new Error(result.refused);
  return result.outgoingMailId;
}

function notice(): MailToQueue {
  return {
    purpose: "notice",
    ticketId: desk.ticketId,
    contactId: desk.contactId,
    mailbox: desk.mailbox,
    fromName: "Aide",
    to: { name: "Zoé", address: "Zoe@agence.be" },
    subject: "Votre demande",
    text: "Bonjour",
    html: "<p>Bonjour</p>",
    language: "fr",
    replyToken: desk.replyToken,
    inReplyTo: null,
    references: [],
    automatic: "auto-replied",
    requestMdn: false,
  };
}

async function row(outgoingMailId: string): Promise<OutgoingMailRow> {
  return db.transaction(desk.deskId, async (tx) => (await findOutgoingMail(tx, desk.deskId, outgoingMailId))!);
}

async function evidenceOf(outgoingMailId: string) {
  return db.transaction(desk.deskId, (tx) => listEvidenceOfMails(tx, desk.deskId, [outgoingMailId]));
}

async function jobsOf(outgoingMailId: string): Promise<{ runAt: number }[]> {
  const { rows } = await sql<{ run_at: Date }>`
    select run_at from graphile_worker.jobs where key = ${`${SEND_MAIL}:${outgoingMailId}`}`.execute(db.directory);
  return rows.map((job) => ({ runAt: job.run_at.getTime() }));
}

test("a queued mail carries the ticket's token twice, and its own in the return path", async () => {
  const mail = await row(await queue());
  expect(mail).toMatchObject({ state: "queued", attempts: 0, to_address: "zoe@agence.be", next_attempt_at: START });
  expect(mail.message_id).toMatch(new RegExp(`^[a-z2-7]{16}\\.${desk.replyToken}@desk\\.example$`));
  expect(mail.envelope_from).toBe(`help${desks}+b-${mail.return_token}@desk.example`);

  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId: mail.outgoing_mail_id });
  expect(sink.mails[0]!.from).toContain(`<${mail.envelope_from}>`);
  expect(sink.mails[0]!.from).toContain(`ENVID=${mail.return_token}`);
  expect(sink.mails[0]!.text).toContain(`+t-${desk.replyToken}@desk.example`);
  expect(sink.mails[0]!.text).toMatch(new RegExp(`^Message-ID:\\s+<${mail.message_id}>\r$`, "m"));
});

test("a mail whose transaction fails was never queued", async () => {
  const failing = db.transaction(desk.deskId, async (tx) => {
    await queueMail(tx, testWorld(clock, "failing"), desk.deskId, notice());
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(
    await db.transaction(desk.deskId, (tx) => listOutgoingMails(tx, desk.deskId, {}, { before: null, limit: 10 })),
  ).toEqual([]);
});

test.each([
  ["own-mailbox", () => desk.mailbox.toUpperCase()],
  ["own-mailbox", () => desk.mailbox.replace("@", "+t-abcdefghijklmnopqrst@")],
  ["address", () => "nobody"],
  ["address", () => "a@b@c.be"],
  ["address", () => "a b@c.be"],
  ["address", () => "a@c.be\r\nBcc: d@e.be"],
  ["address", () => `${"x".repeat(65)}@c.be`],
  ["address", () => "a@localhost"],
])("refused for its %s: %s", async (refused, address) => {
  const mail = { ...notice(), to: { name: "", address: address() } };
  expect(
    await db.transaction(desk.deskId, (tx) => queueMail(tx, testWorld(clock, address()), desk.deskId, mail)),
  ).toEqual({ refused });
});

test("a hand-over is recorded, and told in the same transaction", async () => {
  const outgoingMailId = await queue();
  clock.advance(5_000);
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId });

  const at = instant(START + 5_000);
  expect(await row(outgoingMailId)).toMatchObject({
    state: "sent",
    attempts: 1,
    sent_at: at,
    next_attempt_at: null,
    last_error: null,
  });
  expect(await evidenceOf(outgoingMailId)).toMatchObject([
    {
      rung: "handed-over",
      at,
      dated_at: null,
      source: "relay",
      detail: "250 2.0.0 taken as 12345",
      ticket_id: desk.ticketId,
    },
  ]);
  expect(recorded).toEqual([`${outgoingMailId} handed-over`]);
});

test("the same job run again, also by another process at the same moment, sends nothing again", async () => {
  sink.script = (step) => (step === "end" ? "slow" : undefined);
  const outgoingMailId = await queue();
  const payload = { deskId: desk.deskId, outgoingMailId };
  const [here, elsewhere] = [outbox(), outbox()];
  await Promise.all([here.sendMail(payload), here.sendMail(payload), elsewhere.sendMail(payload)]);
  await here.sendMail(payload);
  expect(sink.arrivals).toBe(1);
  expect(await evidenceOf(outgoingMailId)).toHaveLength(1);
});

test("a deferred mail is tried again after growing pauses, the very same bytes", async () => {
  sink.script = (step, _line, arrivals) => (step === "end" && arrivals < 2 ? "451 4.3.0 later" : undefined);
  const seen: string[] = [];
  const outgoingMailId = await queue();
  const [payload, tries] = [{ deskId: desk.deskId, outgoingMailId }, [] as { at: number; answer: string }[]];

  for (const pauseMs of [10_000, 30_000]) {
    tries.push({ at: clock.now(), answer: "451 4.3.0 later" });
    await outbox().sendMail(payload);
    const mail = await row(outgoingMailId);
    expect(mail).toMatchObject({
      state: "queued",
      last_error: "451 4.3.0 later",
      next_attempt_at: clock.now() + pauseMs,
      tries,
    });
    expect(await jobsOf(outgoingMailId)).toEqual([{ runAt: mail.next_attempt_at }]);
    seen.push(mail.mime_sha256.toString("hex"));
    clock.advance(pauseMs - 1);
    await outbox().sendMail(payload); // Too early: not an attempt.
    clock.advance(1);
  }
  await outbox().sendMail(payload);
  expect(await row(outgoingMailId)).toMatchObject({ state: "sent", attempts: 3, last_error: null, tries });
  expect(sink.mails).toHaveLength(1);
  expect(new Set(seen).size).toBe(1);
});

test("what is urgent is tried again within the minute, whatever the attempt, and goes first", async () => {
  const mail = { attempts: 9, created_at: START, purpose: "notice" } as const;
  const pauses = (["urgent", "high", "usual", "low"] as const).map(
    (urgency) => nextAttemptAt({ ...mail, urgency }, START)! - START,
  );
  expect(pauses).toEqual([60, 300, 1_800, 1_800].map((seconds) => seconds * 1_000));

  const ids: string[] = [];
  for (const urgency of ["low", "usual", "urgent", "high"] as const) ids.push(await queue({ urgency }));
  const { rows } = await sql<{ id: string }>`
    select payload ->> 'outgoingMailId' as id from graphile_worker._private_jobs
    where payload ->> 'outgoingMailId' = any(${ids}::text[]) order by priority, run_at`.execute(db.directory);
  expect(rows.map(({ id }) => id)).toEqual([ids[2], ids[3], ids[1], ids[0]]);
});

test("a mail given up, and one refused, failed, on record", async () => {
  sink.script = (step, line) =>
    step === "RCPT" ? (line.includes("late@") ? "450 4.2.0 later" : "550 5.1.1 nobody") : undefined;
  const refused = await queue({ to: { name: "", address: "gone@agence.be" } });
  const lastTurn = instant(START + 5 * 24 * 3_600_000);
  const late = await queue({ to: { name: "", address: "late@agence.be" }, notBefore: lastTurn });
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId: refused });
  clock.advance(5 * 24 * 3_600_000);
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId: late });
  for (const [outgoingMailId, detail] of [
    [refused, "550 5.1.1 nobody"],
    [late, "450 4.2.0 later"],
  ] as const) {
    expect(await row(outgoingMailId)).toMatchObject({ state: "failed", next_attempt_at: null, last_error: detail });
    expect(await evidenceOf(outgoingMailId)).toMatchObject([{ rung: "failed", source: "relay", detail }]);
  }
  expect(recorded).toEqual([`${refused} failed`, `${late} failed`]);
});

test.each([
  ["dies in the middle of the mail", "line"],
  ["dies before it answers", "end"],
])("where the relay %s, the mail waits and nothing is lost", async (_, dyingAt) => {
  sink.script = (step) => (step === dyingAt ? "die" : undefined);
  const outgoingMailId = await queue();
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId });
  expect(await row(outgoingMailId)).toMatchObject({ state: "queued", attempts: 1, next_attempt_at: START + 10_000 });
  expect(await evidenceOf(outgoingMailId)).toEqual([]);
});

test.each(["is down", "hangs at its greeting"])("where the relay %s, no mail's attempt is used up", async (how) => {
  if (how === "is down") await sink.close();
  sink.script = () => "hang";
  const outgoingMailId = await queue();
  const { sendMail } = outbox();
  for (let i = 0; i < 3; i++) await sendMail({ deskId: desk.deskId, outgoingMailId });
  const waiting = await row(outgoingMailId);
  expect(waiting).toMatchObject({ state: "queued", attempts: 0, next_attempt_at: START });
  expect(waiting.last_error).toMatch(/ECONNREFUSED|timeout|greeting/i);
  expect(sink.sessions).toBeLessThanOrEqual(1);
});

test("a relay that is there again is found within a minute, and has what waits, too old mail apart", async () => {
  const { port } = sink;
  await sink.close();
  const opened = outbox();
  const old = await queue();
  clock.advance(121 * HOUR_MS);
  const fresh = await queue();
  for (const outgoingMailId of [old, fresh]) await opened.sendMail({ deskId: desk.deskId, outgoingMailId });
  await opened.requeueForgotten(desk.deskId);
  expect(await row(old)).toMatchObject({ state: "failed", last_error: TOO_LATE });

  await sql`delete from graphile_worker._private_jobs`.execute(db.directory);
  sink = await startSink(undefined, port);
  await opened.tend([desk.deskId]);
  expect(sink.mails).toHaveLength(0); // Not yet: it was tried a moment ago.
  clock.advance(60_000);
  await opened.tend([desk.deskId]);
  expect(sink.mails).toHaveLength(1);
  expect(await row(fresh)).toMatchObject({ state: "sent", attempts: 1 });
  expect(await jobsOf(fresh)).toEqual([]);
});

test("where the database goes away while the relay answers, the answer is recorded once it is back", async () => {
  sink.script = (step) => {
    if (step !== "end") return undefined;
    void cutConnections();
    return "slow";
  };
  const outgoingMailId = await queue();
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId });
  expect(await row(outgoingMailId)).toMatchObject({ state: "sent", attempts: 1 });
  expect(await evidenceOf(outgoingMailId)).toHaveLength(1);
  expect(sink.arrivals).toBe(1);
});

test("where the ticket cannot take what the relay answered, the mail is on record as sent, and goes once", async () => {
  const broken: OutboxHooks = { onEvidence: () => Promise.reject(new Error("no fold for this one")) };
  const outgoingMailId = await queue();
  await outbox({ hooks: broken }).sendMail({ deskId: desk.deskId, outgoingMailId });
  expect(await row(outgoingMailId)).toMatchObject({ state: "sent", attempts: 1 });
  expect(await evidenceOf(outgoingMailId)).toMatchObject([{ rung: "handed-over" }]);
  expect(sink.arrivals).toBe(1);
});

async function cutConnections(): Promise<void> {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(db.directory);
}

test("without a relay mail stays in the mailroom; a relay that comes later sends it", async () => {
  const outgoingMailId = await queue();
  await outbox({ relay: null }).sendMail({ deskId: desk.deskId, outgoingMailId });
  clock.advance(3_600_000);
  await outbox({ relay: null }).requeueForgotten(desk.deskId);
  expect(await jobsOf(outgoingMailId)).toEqual([]);
  expect(await row(outgoingMailId)).toMatchObject({ state: "queued", attempts: 0 });

  await sql`delete from graphile_worker._private_jobs`.execute(db.directory); // The worker ran it to its end.
  await outbox().requeueForgotten(desk.deskId);
  expect(await jobsOf(outgoingMailId)).toHaveLength(1);
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId });
  expect(sink.mails).toHaveLength(1);
});

test.each([
  ["notice", 120 * HOUR_MS],
  ["reply", 120 * HOUR_MS],
] as const)("a %s that waited in the mailroom for too long is not sent", async (purpose, longMs) => {
  const late = await queue({ purpose });
  clock.advance(1);
  const inTime = await queue({ purpose });
  clock.advance(longMs - 1);
  for (const outgoingMailId of [late, inTime]) await outbox().sendMail({ deskId: desk.deskId, outgoingMailId });

  expect(sink.mails).toHaveLength(1);
  expect(await row(inTime)).toMatchObject({ state: "sent" });
  expect(await row(late)).toMatchObject({ state: "failed", attempts: 0, next_attempt_at: null, last_error: TOO_LATE });
  expect(await evidenceOf(late)).toMatchObject([{ rung: "failed", source: "outbox", detail: TOO_LATE }]);
  expect(recorded).toContain(`${late} failed`);
});

test("nor is a sign-in link after an hour", async () => {
  const link = { purpose: "sign-in", ticketId: null, contactId: null, replyToken: null } as const;
  const outgoingMailId = await queue(link);
  clock.advance(HOUR_MS);
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId });
  expect(sink.arrivals).toBe(0);
});

test("mail of no ticket is sent without reports asked or evidence kept, and never shown", async () => {
  const outgoingMailId = await queue({ purpose: "sign-in", ticketId: null, contactId: null, replyToken: null });
  await outbox().sendMail({ deskId: desk.deskId, outgoingMailId });
  expect(sink.mails[0]!.to).toBe("<zoe@agence.be>");
  expect(await evidenceOf(outgoingMailId)).toEqual([]);
  expect(await row(outgoingMailId)).toBeNull();
});

test("a domain that the relay thinks long about does not keep the others waiting", async () => {
  sink.script = (step, line) => (step === "RCPT" && line.includes("@ill.example") ? "hang" : undefined);
  const ill = await Promise.all(
    Array.from({ length: 12 }, (_, n) => queue({ to: { name: "", address: `i${n}@ill.example` } })),
  );
  const well = await queue({ to: { name: "", address: "well@agence.be" } });
  const { sendMail } = outbox({ maxConnections: 4 });
  const sending = ill.map((outgoingMailId) => sendMail({ deskId: desk.deskId, outgoingMailId }));
  await sendMail({ deskId: desk.deskId, outgoingMailId: well });
  expect(await row(well)).toMatchObject({ state: "sent" });
  await Promise.all(sending);
  const rows = await Promise.all(ill.map(row));
  expect(rows.filter(({ attempts }) => attempts === 1)).toHaveLength(2); // The others wait, and that was no attempt.
  for (const { outgoing_mail_id: id, attempts } of rows) {
    if (attempts === 0) expect(await jobsOf(id)).toEqual([{ runAt: START + 1_000 }]);
  }
  await sql`delete from graphile_worker._private_jobs`.execute(db.directory); // Other tests' workers would send them.
});

test("workers send a pile of mail once each, over few sessions", async () => {
  const mails = await Promise.all(
    Array.from({ length: 60 }, (_, index) => queue({ to: { name: "", address: `c${index}@agence.be` } })),
  );
  const { sendMail } = outbox({ maxConnections: 4 });
  const workers = await startWorkers(db, {
    tasks: { [SEND_MAIL]: (payload) => sendMail(payload as { deskId: DeskId; outgoingMailId: string }) },
    concurrency: 8,
    log: () => {},
  });
  const deadline = performance.now() + 20_000;
  while (sink.mails.length < mails.length && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await workers.stop();
  expect(new Set(sink.mails.map((mail) => mail.to)).size).toBe(60);
  expect(sink.arrivals).toBe(60);
  expect(sink.sessions).toBeLessThanOrEqual(4);
});
