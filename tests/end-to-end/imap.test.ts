import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { InboundMail, Ticket } from "../harness/api-types.ts";
import { Dovecot } from "../harness/dovecot.ts";
import { makeFolder, removeFolder } from "../harness/folders.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually, onThisMachine } from "../harness/patience.ts";

// Mail fetched from a real Dovecot.

const EXAMPLE = join(import.meta.dirname, "../../examples/whise/desk.yaml");
const ADDRESS = "helpdesk@whise.eu";
const PASSWORD = "s3cret of the mailbox";
const TAKEN = ".Permanence.Taken";
const MANY = 300;

let dovecot: Dovecot;
let desk: Installation;
let api: ApiClient;

beforeEach(async (context) => {
  if (!Dovecot.isInstalled) return context.skip("needs root and Dovecot");
  dovecot = await Dovecot.start([{ address: ADDRESS, password: PASSWORD }]);
  const environment = { PERMANENCE_CAPS: "off", PERMANENCE_IMAP_PASSWORD_HELPDESK_WHISE_EU: PASSWORD };
  desk = await Installation.start({ environment });
  api = await desk.api();
});
afterEach(async () => {
  await desk?.remove();
  await dovecot?.remove();
});

type Source = { since?: string; takenFolder?: string; folder?: string };

async function connect({ since, takenFolder, folder = "INBOX" }: Source): Promise<void> {
  const taken = takenFolder === undefined ? "null" : JSON.stringify(takenFolder);
  const from = since === undefined ? "null" : JSON.stringify(since);
  const imap = `{ host: 127.0.0.1, port: ${dovecot.imapPort}, security: none, user: ${ADDRESS}, folder: ${folder}, takenFolder: ${taken}, since: ${from} }`;
  const yaml = readFileSync(EXAMPLE, "utf8").replace(
    "    name: Whise Helpdesk\n",
    `    name: Whise Helpdesk\n    imap: ${imap}\n`,
  );
  const directory = makeFolder("imap-desk");
  writeFileSync(join(directory, "desk.yaml"), yaml);
  await desk.run("desk", "apply", directory);
  removeFolder(directory);
}

type Health = { address: string; kind: string; state: string; lastContactAt: string | null; error: string | null };
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
const subjects = async () => (await inbound()).map(({ subject }) => subject);
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
  expect((await subjects()).toSorted()).toEqual(expected.toSorted());
  expect((await api.all<Ticket>("/tickets")).map(({ subject }) => subject).toSorted()).toEqual(expected.toSorted());
}

test("what is in the mailbox from the date on becomes tickets, received when the server received it", async () => {
  const receivedAt = Date.parse("2026-11-24T07:30:00Z");
  dovecot.put(
    ADDRESS,
    plainMail({ from: "old@agence.example", subject: "trop ancien" }),
    Date.parse("2026-11-20T12:00:00Z"),
  );
  const raw = plainMail({ from: "anne@agence.example", subject: "hier", headers: [] });
  const withPath = Buffer.concat([Buffer.from("Return-Path: <anne@agence.example>\r\n"), raw]);
  dovecot.put(ADDRESS, withPath, receivedAt);
  await connect({ since: "2026-11-24", takenFolder: "Permanence/Taken" });
  await allRead(1);
  const [mail, ...others] = await inbound();
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ kind: "ticket", envelopeFrom: "anne@agence.example", to: [ADDRESS] });
  expect(Date.parse(mail!.receivedAt)).toBe(receivedAt);
  expect((await api.bytes(`/inbound-mails/${mail!.id}/raw`)).equals(withPath)).toBe(true);
  const ticket = await api.get<Ticket>(`/tickets/${mail!.ticketId}`);
  expect(Date.parse(ticket.clocks[0]!.startedAt)).toBe(receivedAt);
  await eventually(() => dovecot.filesIn(ADDRESS, TAKEN).length === 1);
  expect(dovecot.filesIn(ADDRESS)).toHaveLength(1);
  expect(await healthOf()).toMatchObject({ address: ADDRESS, kind: "imap", state: "connected", error: null });
});

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
