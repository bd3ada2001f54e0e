import { testDatabase } from "@permanence/database";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { InboundMail, OutgoingMail, Ticket } from "../harness/api-types.ts";
import { Dovecot } from "../harness/dovecot.ts";
import { connectMailbox, type MailboxSource } from "../harness/imap-desk.ts";
import { Installation } from "../harness/installation.ts";
import { headerOf, plainMail } from "../harness/mails.ts";
import { eventually, onThisMachine } from "../harness/patience.ts";
import { SignInService } from "../harness/sign-in-service.ts";

// Mail fetched from a real Dovecot, and what may happen to it on the way.

const ADDRESS = "helpdesk@whise.eu";
const PASSWORD = "s3cret of the mailbox";
const TAKEN = ".Permanence.Taken";
const MANY = 600; // So many that a kill falls among them.
const MOST_BYTES = 65_536;
const ENVIRONMENT = {
  PERMANENCE_CAPS: "off",
  PERMANENCE_IMAP_PASSWORD_HELPDESK_WHISE_EU: PASSWORD,
  PERMANENCE_MAX_MAIL_BYTES: String(MOST_BYTES),
};

let dovecot: Dovecot;
let desk: Installation;
let api: ApiClient;

beforeEach(async (context) => {
  if (!Dovecot.isInstalled) return context.skip("needs root and Dovecot");
  dovecot = await Dovecot.start([{ address: ADDRESS, password: PASSWORD }]);
  desk = await Installation.start({ environment: ENVIRONMENT });
  api = await desk.api();
});
afterEach(async () => {
  await desk?.remove();
  await dovecot?.remove();
});

type Source = Omit<MailboxSource, "address">;
const connect = (source: Source) => connectMailbox(desk, dovecot, { address: ADDRESS, ...source });

type Health = { address: string; kind: string; state: string; error: string | null; leftBehind: number };
const healthOf = async () => (await api.get<{ items: Health[] }>("/mailboxes")).items[0]!;
const isConnected = () =>
  eventually(async () => (await healthOf()).state === "connected", { withinMs: 30_000, what: "the mailbox's health" });

function put(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, number) => {
    const subject = `${prefix} ${number}`;
    const from = `${prefix}-${number}@agence.example`;
    dovecot.put(ADDRESS, plainMail({ from, subject }), Date.now() - 60_000);
    return subject;
  });
}

const inbound = () => api.all<InboundMail>("/inbound-mails");
const inOrder = (a: string, b: string) => a.localeCompare(b, "en");
const allRead = (count: number) =>
  eventually(
    async () => {
      const mails = await inbound();
      return mails.length >= count && mails.every(({ kind }) => kind !== null);
    },
    { withinMs: 60_000, everyMs: 250, what: `${count} mails` },
  );

/** Each of these exactly once, and nothing else: not even as a duplicate. */
async function expectExactly(expected: string[]): Promise<void> {
  await allRead(expected.length);
  const sorted = (items: { subject: string | null }[]) => items.map(({ subject }) => String(subject)).toSorted(inOrder);
  expect(sorted(await inbound())).toEqual(expected.toSorted(inOrder));
  expect(sorted(await api.all<Ticket>("/tickets"))).toEqual(expected.toSorted(inOrder));
}

test("without a date only what comes from now on is taken, as it comes, and marked as read", async () => {
  put(3, "avant");
  await connect({});
  await isConnected();
  const expected: string[] = [];
  for (let number = 0; number < 3; number++) {
    const startedAt = performance.now();
    expected.push(...put(1, `apres-${number}`));
    await allRead(expected.length);
    expect(performance.now() - startedAt).toBeLessThan(onThisMachine(5_000)); // IDLE told of it, not the poll.
  }
  await expectExactly(expected);
  await eventually(() => dovecot.filesIn(ADDRESS).filter((name) => name.endsWith(":2,S")).length === 3);
});

test("a message that is too large is left where it is, on record, and what follows is taken", async () => {
  const text = "x"
    .repeat(100)
    .concat("\n")
    .repeat(MOST_BYTES / 100);
  dovecot.put(ADDRESS, plainMail({ from: "big@agence.example", subject: "trop grand", text }));
  const expected = put(2, "suivant");
  await connect({ since: "2026-11-01" });
  await expectExactly(expected);
  expect(await healthOf()).toMatchObject({ state: "connected", leftBehind: 1 });
  expect(desk.log()).toMatch(/left where it is \(UID \d+\): it has \d+ bytes/);
});

test("a reply whose address only its server wrote down joins its ticket", async () => {
  put(1, "question");
  await connect({ since: "2026-11-01" });
  await allRead(1);
  const [ticket] = await api.all<Ticket>("/tickets");
  const [notice] = await api.all<OutgoingMail>("/outgoing-mails");
  const raw = await api.bytes(`/outgoing-mails/${notice!.id}/raw`);
  const replyTo = /<?(helpdesk\+t-[a-z2-7]+@whise\.eu)>?/.exec(headerOf(raw, "Reply-To")!)![1]!;
  const reply = plainMail({
    from: "question-0@agence.example",
    subject: "encore",
    headers: [`Delivered-To: ${replyTo}`],
  });
  dovecot.put(ADDRESS, reply);
  await allRead(2);
  expect((await inbound())[0]).toMatchObject({ kind: "reply", ticketId: ticket!.id });
});

test.each([
  ["killed in the middle of FETCH", { renumbered: false }],
  ["killed in the middle of FETCH, and started with another UIDVALIDITY", { renumbered: true }],
])("a Dovecot that is %s gives each mail once", async (_, { renumbered }) => {
  const expected = put(MANY, "beaucoup");
  await connect({ since: "2026-11-01" });
  await eventually(async () => (await inbound()).length > 0, { everyMs: 5 });
  await dovecot.kill();
  expect((await inbound()).length).toBeLessThan(MANY);
  if (renumbered) dovecot.renumber(ADDRESS);
  expected.push(...put(5, "pendant"));
  await dovecot.run();
  await expectExactly(expected);
});

test.each([
  ["killed while it waits for mail", { renumbered: false }],
  ["killed while it waits for mail, and started with another UIDVALIDITY", { renumbered: true }],
])("a Dovecot that is %s gives each mail once", async (_, { renumbered }) => {
  const expected = put(20, "avant");
  await connect({ since: "2026-11-01" });
  await allRead(20);
  await isConnected();
  await dovecot.kill();
  await eventually(async () => (await healthOf()).state === "failing", { what: "the failure" });
  expect((await healthOf()).error).toMatch(/refused the connection|broke off/);
  if (renumbered) dovecot.renumber(ADDRESS);
  expected.push(...put(5, "pendant"));
  await dovecot.run();
  await allRead(25);
  expected.push(...put(2, "apres"));
  await expectExactly(expected);
  await isConnected();
});

test("the program, killed again and again while it fetches, takes each mail once and tidies up", async () => {
  const expected = put(MANY, "mort");
  await connect({ since: "2026-11-01", takenFolder: "Permanence/Taken" });
  for (let kills = 0; kills < 3; kills++) {
    const before = (await inbound()).length;
    await eventually(async () => (await inbound()).length > before || before === MANY, {
      everyMs: 5,
      withinMs: 30_000,
    });
    await desk.kill();
    await desk.start();
  }
  await expectExactly(expected);
  await eventually(() => dovecot.filesIn(ADDRESS, TAKEN).length === MANY && dovecot.filesIn(ADDRESS).length === 0, {
    withinMs: 30_000,
  });
});

test("of two processes one fetches a mailbox, and the other goes on when it is killed", async () => {
  const { url, close } = await testDatabase();
  onTestFinished(close);
  const environment = { ...ENVIRONMENT, DATABASE_URL: url };
  const start = async (roles: string) => {
    const part = await Installation.start({ environment, args: ["--roles", roles] });
    onTestFinished(() => part.remove());
    return part;
  };
  const web = await start("web,jobs");
  const fetching = [await start("mail"), await start("mail")];
  api = await web.api();
  await connectMailbox(web, dovecot, { address: ADDRESS, since: "2026-11-01" });
  const expected = put(10, "deux");
  await allRead(10);
  const imapConnections = () => dovecot.log.match(/imap-login: Info: Login/g)?.length ?? 0;
  expect(imapConnections()).toBe(1);
  for (const each of fetching) {
    await each.kill(); // One of the two has it.
    expected.push(...put(3, `sans-${each.pid}`));
    await allRead(expected.length);
    await each.start();
  }
  await expectExactly(expected);
});

type Finding = { check: string; level: string; sentence: string };
async function doctor(): Promise<Finding> {
  const failed = (error: unknown) => (error as { stdout: string }).stdout; // It exits with 1 where something is wrong.
  const { findings } = JSON.parse(await desk.run("doctor", "--json").catch(failed)) as { findings: Finding[] };
  return findings.find(({ check }) => check === "imap")!;
}

test("what is wrong with a mailbox is said in words, in doctor and in its health, and mended by itself", async () => {
  const wrong: [Source, RegExp][] = [
    [{ user: "nobody@whise.eu" }, /refused the user name or password/],
    [{ folder: "Nowhere" }, /There is no folder Nowhere/],
    [{ port: 1 }, /127\.0\.0\.1:1 refused the connection/],
  ];
  for (const [source, sentence] of wrong) {
    await connect(source);
    expect(await doctor()).toMatchObject({ level: "fail", sentence: expect.stringMatching(sentence) });
    const said = async () => sentence.test((await healthOf()).error ?? "");
    await eventually(said, { withinMs: 30_000, what: String(sentence) });
  }
  await connect({});
  await isConnected();
  expect(await doctor()).toMatchObject({ level: "ok", sentence: expect.stringContaining("No date (since) is set") });
  expect(desk.log()).not.toContain(PASSWORD);
});

test("where passwords are not taken, a token is asked for with each connection, and one that is refused is told", async () => {
  const service = await SignInService.start(ADDRESS);
  onTestFinished(() => service.close());
  await dovecot.remove();
  dovecot = await Dovecot.start([{ address: ADDRESS }], service.introspectionUrl);
  const refresh = { PERMANENCE_IMAP_PASSWORD_HELPDESK_WHISE_EU_REFRESH: "first refresh token" };
  await desk.remove();
  desk = await Installation.start({ environment: { ...ENVIRONMENT, ...refresh } });
  api = await desk.api();
  const expected = put(2, "jeton");
  await connect({ since: "2026-11-01", oauth: { issuer: service.issuer, clientId: "permanence" } });
  await expectExactly(expected);
  expect(await doctor()).toMatchObject({ level: "ok" }); // With the next token.

  service.isRefusing = true;
  await dovecot.kill();
  await dovecot.run();
  const refused = /gives no token: invalid_grant \(The token was revoked\.\)/;
  const said = async () => refused.test((await healthOf()).error ?? "");
  await eventually(said, { withinMs: 60_000, what: "the refusal" });
  expect(await doctor()).toMatchObject({ level: "fail", sentence: expect.stringMatching(refused) });
  service.isRefusing = false;
  expected.push(...put(1, "encore"));
  await expectExactly(expected);
});

test("a mailbox is shown before anything is taken from it", async () => {
  dovecot.put(ADDRESS, plainMail({ from: "a@b.example", subject: "1" }), Date.parse("2026-09-30T12:00:00Z"));
  dovecot.put(ADDRESS, plainMail({ from: "a@b.example", subject: "2" }), Date.parse("2026-10-01T12:00:00Z"));
  dovecot.put(ADDRESS, plainMail({ from: "a@b.example", subject: "3" }), Date.parse("2026-10-05T12:00:00Z"));
  await desk.stop();
  await connect({ since: "2026-10-02" });
  const shown = JSON.parse(await desk.run("mailbox", "show", ADDRESS, "--json")) as Record<string, unknown>;
  expect(shown).toMatchObject({
    folders: [{ path: "INBOX", messages: 3 }],
    messages: 3,
    months: [
      { month: "2026-09", messages: 1 },
      { month: "2026-10", messages: 2 },
    ],
    oldest: "2026-09-30T12:00:00.000Z",
    newest: "2026-10-05T12:00:00.000Z",
    takenFrom: "2026-10-01T22:00:00.000Z", // Midnight in Brussels.
    wouldTake: { messages: 1, tooLarge: 0 },
  });
  expect(await desk.run("mailbox", "show", ADDRESS)).toContain("From 2026-10-01T22:00:00.000Z on, 1 would be taken");
  expect(dovecot.filesIn(ADDRESS).filter((name) => name.includes(",S"))).toEqual([]);
});
