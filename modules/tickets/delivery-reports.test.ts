import { fromIso, instant, toIso } from "@permanence/kernel";
import { findInboundMail, type OutgoingMailRow, SenderDns, startTestDns } from "@permanence/mail";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { foldDueClocks } from "./clock-sweep.ts";
import { openInboundMailReading } from "./inbound-mail-reading.ts";
import { outboxHooks } from "./outbox-hooks.ts";
import { queueSuggestionMail } from "./suggestion-mail.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

// A notice goes out, and what comes back moves its ticket's clock, or does not.

const MINUTE_MS = 60_000;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.close());

let tickets = 0;

/** A ticket whose notice the relay has taken. */
async function noticed(): Promise<{
  ticketId: string;
  notice: OutgoingMailRow;
  address: string;
  handedOverAt: number;
}> {
  const address = `reader${++tickets}@agence.example`;
  const inbound = await desk.receive(mail({ from: address, id: `request-${tickets}@agence.example` }));
  const ticketId = inbound.ticket_id!;
  const notice = await desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("outgoing_mail").selectAll().where("ticket_id", "=", ticketId).executeTakeFirstOrThrow(),
  );
  desk.clock.advance(1_000);
  await desk.learn(notice.outgoing_mail_id, "handed-over");
  const handedOverAt = desk.clock.now();
  desk.clock.advance(MINUTE_MS);
  return { ticketId, notice, address, handedOverAt };
}

type Told = {
  action?: string;
  status?: string;
  envelopeId?: string | null;
  messageId?: string | null;
  recipient?: string;
  lastAttempt?: string;
  mta?: string;
  /** Further lines on the recipient. */
  more?: string[];
};

let reports = 0;

/** A delivery status notification (RFC 3464) as a mail server writes it. */
function dsn(notice: OutgoingMailRow, told: Told = {}): string {
  const { action = "failed", status = "5.1.1", recipient = notice.to_address, mta = "mx.agence.example" } = told;
  const { envelopeId = notice.return_token, messageId = notice.message_id, lastAttempt } = told;
  return [
    "From: MAILER-DAEMON@mx.agence.example",
    `Message-ID: <report-${++reports}@mx.agence.example>`,
    "Subject: Delivery Status Notification",
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
    "",
    "--r",
    "Content-Type: text/plain",
    "",
    "This is the mail system. See below.",
    "--r",
    "Content-Type: message/delivery-status",
    "",
    `Reporting-MTA: dns; ${mta}`,
    ...(envelopeId === null ? [] : [`Original-Envelope-Id: ${envelopeId}`]),
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(told.more ?? []),
    ...(lastAttempt === undefined ? [] : [`Last-Attempt-Date: ${lastAttempt}`]),
    "",
    "--r",
    "Content-Type: text/rfc822-headers",
    "",
    ...(messageId === null ? [] : [`Message-ID: <${messageId}>`]),
    "Subject: x",
    "--r--",
  ].join("\n");
}

const returnPathOf = (notice: OutgoingMailRow) => notice.envelope_from;

async function clockOf(ticketId: string) {
  return desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("clock").selectAll().where("ticket_id", "=", ticketId).executeTakeFirstOrThrow(),
  );
}

async function failureOf(address: string) {
  const { rows } = await desk.db.transaction(desk.deskId, (tx) =>
    sql<{ failed_at: number | null }>`select failed_at from contact_address where address = ${address}`.execute(tx),
  );
  return rows[0]!.failed_at;
}

test("a success that gives back our envelope id stops the clock when the mail arrived", async () => {
  const { ticketId, notice, handedOverAt } = await noticed();
  const lastAttempt = new Date(handedOverAt + 5_000).toUTCString().replace("GMT", "+0000");
  const told = { action: "delivered", status: "2.0.0", lastAttempt };
  const report = await desk.receive(dsn(notice, told), returnPathOf(notice));
  expect(report).toMatchObject({ kind: "report", ticket_id: ticketId });
  const arrivedAt = fromIso(toIso(instant(Math.floor((handedOverAt + 5_000) / 1_000) * 1_000)));
  expect(await clockOf(ticketId)).toMatchObject({ outcome: "met", receipt: "delivered", stopped_at: arrivedAt });
});

test("a failure makes the clock run on, with its first due time, and marks the address; a success clears it", async () => {
  const { ticketId, notice, address } = await noticed();
  const before = await clockOf(ticketId);
  desk.clock.advance(15 * MINUTE_MS);
  await foldDueClocks(desk.db, desk.world, desk.deskId);
  expect(await clockOf(ticketId)).toMatchObject({ outcome: "met", receipt: "presumed" });
  const report = await desk.receive(dsn(notice), returnPathOf(notice));
  expect(await clockOf(ticketId)).toMatchObject({ outcome: "running", stopped_at: null, due_at: before.due_at });
  expect(await failureOf(address)).toBe(report.received_at);
  const success = { action: "delivered", status: "2.0.0" };
  await desk.receive(dsn(notice, success), returnPathOf(notice));
  expect(await failureOf(address)).toBeNull();
});

test("a failure of a mail that belongs to no ticket marks the address too", async () => {
  const { address } = await noticed();
  const mailed = { address, name: "", language: "fr", title: "Exporter", state: "Prévue", reason: "" };
  const links = {
    link: "https://a.example",
    unsubscribeLink: "https://a.example",
    unsubscribeUrl: "https://a.example",
  };
  const news = await desk.db.transaction(desk.deskId, async (tx) => {
    const { contact_id: contactId } = await tx
      .selectFrom("contact_address")
      .select("contact_id")
      .where("address", "=", address)
      .executeTakeFirstOrThrow();
    const id = await queueSuggestionMail(tx, desk.world, desk.desk, { contactId, ...mailed, ...links });
    return tx.selectFrom("outgoing_mail").selectAll().where("outgoing_mail_id", "=", id).executeTakeFirstOrThrow();
  });
  const report = await desk.receive(dsn(news, { envelopeId: null }), returnPathOf(news));
  expect(report).toMatchObject({ kind: "report", ticket_id: null });
  expect(await failureOf(address)).toBe(report.received_at);
  await desk.receive(mail({ from: address, id: "back@agence.example" })); // Mail that arrives clears it.
  const refused = (answer: string) =>
    desk.db.transaction(desk.deskId, (tx) =>
      outboxHooks(desk.world).onRefused!(tx, news, { answer, at: desk.clock.now() }),
    );
  const before = await failureOf(address);
  await refused("550 5.7.1 not this mail");
  expect(await failureOf(address)).toBe(before);
  await refused("550 5.1.1 nobody");
  expect(await failureOf(address)).toBe(desk.clock.now());
});

test("a mailbox that is full fails this mail and does not mark the address", async () => {
  const { ticketId, notice, address } = await noticed();
  await desk.receive(dsn(notice, { status: "5.2.2" }), returnPathOf(notice));
  expect(await clockOf(ticketId)).toMatchObject({ outcome: "running" });
  expect(await failureOf(address)).toBeNull();
});

test("a relay that rewrites return paths: what gives back our Message-ID counts as a failure, not as a success", async () => {
  const [failed, delivered] = [await noticed(), await noticed()];
  await desk.receive(dsn(failed.notice, { envelopeId: null }), "aide@desk.example");
  expect((await clockOf(failed.ticketId)).outcome).toBe("running");
  const told = { action: "delivered", status: "2.0.0", envelopeId: null };
  const report = await desk.receive(dsn(delivered.notice, told), "aide@desk.example");
  expect(report).toMatchObject({ ticket_id: delivered.ticketId, reason: expect.stringContaining("moves nothing") });
  expect((await clockOf(delivered.ticketId)).outcome).toBe("pending");
});

const SUCCESS = { action: "delivered", status: "2.0.0" };
const changed = (token: string) => (token.startsWith("a") ? "b" : "a") + token.slice(1);

test.each<[string, (notice: OutgoingMailRow, other: OutgoingMailRow) => [report: string, to: string]]>([
  ["forged: without our envelope id", (n) => [dsn(n, { ...SUCCESS, envelopeId: null }), returnPathOf(n)]],
  ["forged: sent to the plain mailbox", (n) => [dsn(n, SUCCESS), "aide@desk.example"]],
  ["replayed for another ticket", (n, other) => [dsn(other, SUCCESS), returnPathOf(n)]],
  [
    "a failure replayed for another ticket",
    (n, other) => [dsn(other, { envelopeId: other.return_token }), returnPathOf(n)],
  ],
  [
    "with one byte of its token changed",
    (n) => [
      dsn(n, { ...SUCCESS, envelopeId: changed(n.return_token), messageId: null }),
      returnPathOf(n).replace(n.return_token, changed(n.return_token)),
    ],
  ],
  [
    "a failure with one byte of its token changed",
    (n) => [
      dsn(n, { envelopeId: changed(n.return_token), messageId: null }),
      returnPathOf(n).replace(n.return_token, changed(n.return_token)),
    ],
  ],
  [
    "a failure for somebody else, by one who knows our Message-ID",
    (n) => [dsn(n, { envelopeId: null, recipient: "other@agence.example" }), "aide@desk.example"],
  ],
  ["for somebody else", (n) => [dsn(n, { ...SUCCESS, recipient: "other@agence.example" }), returnPathOf(n)]],
  ["on its way", (n) => [dsn(n, { action: "delayed", status: "4.4.1" }), returnPathOf(n)]],
  ["handed to a system that reports nothing", (n) => [dsn(n, { action: "relayed", status: "2.0.0" }), returnPathOf(n)]],
  ["sent on to a list", (n) => [dsn(n, { action: "expanded", status: "2.0.0" }), returnPathOf(n)]],
])("nothing moves: %s", async (_, forge) => {
  const [{ ticketId, notice }, other] = [await noticed(), await noticed()];
  const before = [await clockOf(ticketId), await clockOf(other.ticketId)];
  const [report, to] = forge(notice, other.notice);
  expect((await desk.receive(report, to)).kind).toBe("report");
  expect([await clockOf(ticketId), await clockOf(other.ticketId)]).toEqual(before);
});

const RELAYED = { action: "relayed", status: "2.0.0", mta: "relay.desk.example" };
const tookIt = (host: string, reply = "250 2.0.0 Ok") => [
  `Remote-MTA: dns; ${host}`,
  `Diagnostic-Code: smtp; ${reply}`,
];

test.each<[string, Told, boolean]>([
  ["the recipient's own exchanger says 250, by the relay's word", { more: tookIt("mx.agence.example") }, true],
  ["the recipient's own exchanger reports itself", { mta: "MX.agence.example." }, true],
  ["another host says 250", { more: tookIt("mx.elsewhere.example") }, false],
  ["the exchanger is named, and its reply is not", { more: ["Remote-MTA: dns; mx.agence.example"] }, false],
  ["no host is named", {}, false],
])("of `relayed`: where %s", async (_, told, isProven) => {
  const server = await startTestDns({ "agence.example": { MX: ["mx.agence.example"] } });
  onTestFinished(() => server.close());
  const read = openInboundMailReading({ ...desk.reading, dns: new SenderDns([server.server]) });
  const { ticketId, notice } = await noticed();
  const inboundMailId = await desk.keep(dsn(notice, { ...RELAYED, ...told }), returnPathOf(notice));
  await read({ deskId: desk.deskId, inboundMailId, sizeBytes: 1_000 });
  expect(await clockOf(ticketId)).toMatchObject(
    isProven ? { outcome: "met", receipt: "delivered" } : { outcome: "pending", receipt: null },
  );
});

test("a DNS that does not answer is asked again for a while; then the report proves no more than it says", async () => {
  const server = await startTestDns({ "agence.example": "silent" });
  onTestFinished(() => server.close());
  const read = openInboundMailReading({ ...desk.reading, dns: new SenderDns([server.server]) });
  const { ticketId, notice } = await noticed();
  const told = { ...RELAYED, more: tookIt("mx.agence.example") };
  const inboundMailId = await desk.keep(dsn(notice, told), returnPathOf(notice));
  const job = { deskId: desk.deskId, inboundMailId, sizeBytes: 1_000 };
  const kind = async () =>
    (await desk.db.transaction(desk.deskId, (tx) => findInboundMail(tx, desk.deskId, inboundMailId)))!.kind;
  await read(job);
  expect(await kind()).toBeNull();
  desk.clock.advance(MINUTE_MS);
  await read(job);
  expect(await kind()).toBe("report");
  expect(await clockOf(ticketId)).toMatchObject({ outcome: "pending" });
});

test("`relayed` is a delivery where the desk says that the hop is the last", async () => {
  const { ticketId, notice } = await noticed();
  const told = { action: "relayed", status: "2.0.0", mta: "Final.agence.example" };
  await desk.receive(dsn(notice, told), returnPathOf(notice));
  expect(await clockOf(ticketId)).toMatchObject({ outcome: "met", receipt: "delivered" });
});

test.each([
  ["displayed", "manual-action/MDN-sent-manually; displayed", true, "displayed"],
  ["deleted unread", "manual-action/MDN-sent-manually; deleted", true, null],
  ["displayed, but not to the address that asked", "manual-action/MDN-sent-manually; displayed", false, null],
])("a disposition notice: %s", async (_, disposition, isToReturnAddress, receipt) => {
  const { ticketId, notice, address } = await noticed();
  const raw = [
    `From: ${address}`,
    `Message-ID: <mdn-${++reports}@agence.example>`,
    "Subject: Read: x",
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="r"',
    "",
    "--r",
    "Content-Type: text/plain",
    "",
    "It was seen.",
    "--r",
    "Content-Type: message/disposition-notification",
    "",
    `Final-Recipient: rfc822; ${address}`,
    `Original-Message-ID: <${notice.message_id}>`,
    `Disposition: ${disposition}`,
    "",
    "--r--",
  ].join("\n");
  const report = await desk.receive(raw, isToReturnAddress ? returnPathOf(notice) : "aide@desk.example");
  expect(report.kind).toBe("report");
  const clock = await clockOf(ticketId);
  expect(clock.receipt).toBe(receipt);
  expect(clock.stopped_at).toBe(receipt === null ? null : report.received_at);
});
