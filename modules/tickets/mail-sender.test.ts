import type { Authentication, SenderChecks } from "@permanence/mail";
import { newId } from "@permanence/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openInboundMailReading } from "./inbound-mail-reading.ts";
import { findSendingAgent } from "./mail-sender.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.close());

const CHECKED = "vu@desk.example"; // Its mail comes through a server that says who sent it.
const results = (words: string) => `Authentication-Results: mx.desk.example; ${words}`;
const PASS = results("dmarc=pass header.from=banque.example");
const FORGED = results("spf=fail; dmarc=fail (p=REJECT) header.from=banque.example");
const UNPROVEN = results("spf=none; dkim=none; dmarc=none header.from=banque.example");

let mails = 0;
async function newTicket(to = CHECKED) {
  const from = `client${++mails}@banque.example`;
  const first = await desk.receive(
    mail({ from: `Léa Dubois <${from}>`, id: `first-${mails}@banque.example`, headers: [PASS] }),
    to,
  );
  return { from, first, ...(await read(first.ticket_id!)) };
}

async function read(ticketId: string) {
  return desk.db.transaction(desk.deskId, async (tx) => ({
    ticket: await tx.selectFrom("ticket").selectAll().where("ticket_id", "=", ticketId).executeTakeFirstOrThrow(),
    notices: await tx.selectFrom("outgoing_mail").selectAll().where("ticket_id", "=", ticketId).execute(),
    messages: await tx.selectFrom("message").selectAll().where("ticket_id", "=", ticketId).execute(),
    evidence: await tx.selectFrom("evidence").selectAll().where("ticket_id", "=", ticketId).execute(),
  }));
}

async function addressOf(address: string) {
  return desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("contact_address").selectAll().where("address", "=", address).executeTakeFirst(),
  );
}

async function textOf(sha256: Buffer): Promise<string> {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const { bytes } = await tx
      .selectFrom("blob")
      .select("bytes")
      .where("sha256", "=", sha256)
      .executeTakeFirstOrThrow();
    return bytes.toString();
  });
}

const tokenAddress = (token: string) => CHECKED.replace("@", `+t-${token}@`);

test("a forged reply with the token joins nothing, proves nothing, and its notice repeats nothing", async () => {
  const { from, ticket } = await newTicket();
  const to = tokenAddress(ticket.reply_token);
  const forged = await desk.receive(
    mail({ ...{ from: `Léa Dubois <${from}>`, id: `forged-${from}`, to, subject: "BUY NOW", headers: [FORGED] } }),
    to,
  );
  expect(forged).toMatchObject({
    kind: "ticket",
    warnings: [
      `It fails the checks of banque.example, says mx.desk.example: somebody else may have written it. It names ticket ${ticket.number}, which it did not join.`,
    ],
    authentication: {
      spf: "fail",
      dkim: "none",
      dmarc: "fail",
      arc: "none",
      policy: "reject",
      by: "mx.desk.example",
      domain: "banque.example",
    },
  });
  expect(forged.ticket_id).not.toBe(ticket.ticket_id);
  const before = await read(ticket.ticket_id);
  expect(before.messages).toHaveLength(1);
  expect(before.evidence).toEqual([]);
  expect((await addressOf(from))!.verified_at).toBeNull();
  const own = await read(forged.ticket_id!);
  expect(own.ticket.linked_ticket_id).toBeNull();
  expect(await textOf(own.notices[0]!.mime_sha256)).not.toMatch(/BUY NOW|Dubois|L=C3=A9a/);

  // The person's own reply does all of that; and from then on a forged one still repeats nothing.
  const reply = await desk.receive(mail({ from, id: `reply-${from}`, to, headers: [PASS] }), to);
  expect(reply).toMatchObject({ kind: "reply", ticket_id: ticket.ticket_id, warnings: [] });
  expect((await read(ticket.ticket_id)).evidence).toMatchObject([{ rung: "displayed" }]);
  expect((await addressOf(from))!.verified_at).not.toBeNull();
  const again = await desk.receive(mail({ from, id: `again-${from}`, subject: "BUY NOW", headers: [FORGED] }), CHECKED);
  expect(again.warnings).toEqual([expect.stringContaining("somebody else may have written it.")]);
  const { notices } = await read(again.ticket_id!);
  expect(await textOf(notices[0]!.mime_sha256)).not.toMatch(/BUY NOW|Dubois|L=C3=A9a/);
});

test("a forged mail does not follow a thread either, and a forged absence is on no ticket's record", async () => {
  const { from, first, ticket } = await newTicket();
  const headers = [`References: <${first.message_id}>`, FORGED];
  const forged = await desk.receive(mail({ from, id: `thread-${from}`, headers }), CHECKED);
  expect(forged).toMatchObject({ kind: "ticket" });
  expect(forged.ticket_id).not.toBe(ticket.ticket_id);
  const absence = await desk.receive(
    mail({ from, id: `absent-${from}`, headers: ["Auto-Submitted: auto-replied", FORGED] }),
    tokenAddress(ticket.reply_token),
  );
  expect(absence).toMatchObject({ kind: "auto-reply", ticket_id: null });
});

test("mail that proves nothing is as it was; so is mail whose owner asks for nothing, and what others say of it", async () => {
  const harmless = [
    UNPROVEN,
    results("dmarc=fail (p=NONE) header.from=banque.example"),
    results("dmarc=temperror header.from=banque.example"),
    "Authentication-Results: mx.elsewhere.example; dmarc=fail (p=reject) header.from=banque.example",
    `Authentication-Results: mx.elsewhere.example; dmarc=pass\n${FORGED}`, // Below another's it could be anybody's.
  ];
  for (const headers of harmless) {
    const { from, ticket } = await newTicket();
    const to = tokenAddress(ticket.reply_token);
    const reply = await desk.receive(mail({ from, id: `plain-${from}`, headers: [headers] }), to);
    expect(reply).toMatchObject({ kind: "reply", ticket_id: ticket.ticket_id });
    expect((await read(ticket.ticket_id)).evidence).toMatchObject([{ rung: "displayed" }]);
  }
});

test("a mailbox that trusts no server believes none", async () => {
  const { from, ticket } = await newTicket("aide@desk.example");
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  const reply = await desk.receive(mail({ from, id: `untrusted-${from}`, headers: [FORGED] }), to);
  expect(reply).toMatchObject({ kind: "reply", authentication: null });
});

test("a forged disposition notice shows that nobody read anything", async () => {
  const { from, ticket, notices } = await newTicket();
  const [notice] = notices;
  await desk.learn(notice!.outgoing_mail_id, "handed-over");
  const to = CHECKED.replace("@", `+b-${notice!.return_token}@`);
  const disposition = (id: string, headers: string) =>
    [
      ...[`From: ${from}`, `To: ${to}`, "Subject: Read", `Message-ID: <${id}@banque.example>`, headers],
      ...["Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "", "--b"],
      ...["Content-Type: text/plain", "", "It was displayed.", "--b"],
      ...["Content-Type: message/disposition-notification", "", `Final-Recipient: rfc822; ${from}`],
      ...[`Original-Message-ID: <${notice!.message_id}>`],
      ...["Disposition: manual-action/MDN-sent-manually; displayed", "", "--b--", ""],
    ].join("\n");
  const forged = await desk.receive(disposition("m1", FORGED), to);
  expect(forged).toMatchObject({ kind: "report", reason: expect.stringContaining("It moves nothing.") });
  expect((await read(ticket.ticket_id)).evidence.map(({ rung }) => rung)).toEqual(["handed-over"]);
  await desk.receive(disposition("m2", UNPROVEN), to);
  expect((await read(ticket.ticket_id)).evidence.map(({ rung }) => rung)).toEqual(["handed-over", "displayed"]);
});

test("a customer's own mail is never held; what is forged in their name is", async () => {
  const { from, ticket } = await newTicket();
  const to = tokenAddress(ticket.reply_token);
  await desk.receive(mail({ from, id: `known-${from}`, to, headers: [PASS] }), to);
  const request = (id: string, headers: string) =>
    mail({ from, id: `${id}-${from}`, headers: [headers], subject: id, text: `${id} ${id}` });
  const most = desk.desk.settings.caps.ticketsPerAddressAndHour;
  for (let n = 1; n < most; n++) await desk.receive(request(`flood${n}`, FORGED), CHECKED);
  const held = await desk.receive(request("last", FORGED), CHECKED);
  expect(held).toMatchObject({
    kind: "held",
    warnings: [expect.stringContaining("somebody else may have written it.")],
  });
  expect(await desk.receive(request("own", PASS), CHECKED)).toMatchObject({ kind: "ticket", warnings: [] });
});

test("a stranger in Cc becomes no participant: neither a contact, nor somebody who may write there", async () => {
  const from = "cc-sender@banque.example";
  const headers = ["Cc: Mallory <mallory@elsewhere.example>", UNPROVEN];
  const first = await desk.receive(mail({ from, id: "cc-1@banque.example", headers }), CHECKED);
  const { ticket, notices } = await read(first.ticket_id!);
  expect(notices.map(({ to_address }) => to_address)).toEqual([from]);
  expect(await addressOf("mallory@elsewhere.example")).toBeUndefined();
  // Replying to all, they use our token; it is a ticket of their own all the same.
  const to = tokenAddress(ticket.reply_token);
  const answer = await desk.receive(
    mail({
      from: "mallory@elsewhere.example",
      id: "cc-2@elsewhere.example",
      to,
      headers: ["References: <cc-1@banque.example>"],
    }),
    to,
  );
  expect(answer).toMatchObject({ kind: "ticket", warnings: [expect.stringContaining("may not write")] });
  expect((await read(ticket.ticket_id)).messages).toHaveLength(1);
});

const verdict = (dmarc: Authentication["dmarc"]): Authentication => ({
  ...{ spf: "none", dkim: "none", dmarc, arc: "none" },
  ...{ policy: null, by: "ourselves", domain: "desk.example" },
});

test("an agent's mail is an agent's only where it proves to be", async () => {
  const agentId = newId(desk.world);
  const sender = { address: "agent@desk.example", name: "Agent" };
  const find = (address: string, authentication: Authentication | null) =>
    desk.db.transaction(desk.deskId, (tx) => findSendingAgent(tx, desk.deskId, { ...sender, address }, authentication));
  await desk.db.transaction(desk.deskId, async (tx) => {
    const agent = { email: sender.address, name: "Agent", role: "lead" as const, language: "fr" };
    await tx
      .insertInto("agent")
      .values({ desk_id: desk.deskId, agent_id: agentId, created_at: desk.clock.now(), disabled_at: null, ...agent })
      .execute();
  });
  expect(await find(sender.address, verdict("pass"))).toBe(agentId);
  expect(await find("other@desk.example", verdict("pass"))).toBeNull();
  for (const dmarc of ["fail", "none", "temperror", "permerror", "softfail", "neutral"] as const)
    expect(await find(sender.address, verdict(dmarc))).toBeNull();
  expect(await find(sender.address, null)).toBeNull();
});

/** Checks whose answer the test gives. */
function checksThat(check: SenderChecks["check"]) {
  return openInboundMailReading({ ...desk.reading, senders: { check, close: async () => {} } });
}

const job = (inboundMailId: string) => ({ deskId: desk.deskId, inboundMailId, sizeBytes: 1_000 });

async function rowOf(inboundMailId: string) {
  return desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("inbound_mail").selectAll().where("inbound_mail_id", "=", inboundMailId).executeTakeFirstOrThrow(),
  );
}

test("a slow check holds up nobody: the mail is read again later, and then the answer is there", async () => {
  let answer: (authentication: Authentication) => void = () => {};
  let asked = 0;
  const slow = checksThat(() => {
    asked++;
    return new Promise((resolve) => (answer = resolve));
  });
  const id = await desk.keep(mail({ from: "slow@desk.example", id: "slow@desk.example" }));
  const startedAt = performance.now();
  await slow(job(id));
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect((await rowOf(id)).read_at).toBeNull();
  await slow(job(id));
  expect(asked).toBe(1);
  answer(verdict("fail"));
  await slow(job(id));
  expect(await rowOf(id)).toMatchObject({ kind: "ticket", authentication: verdict("fail") });
});

test("only so many mails are with the checker at once; the others wait in the database, and come in their turn", async () => {
  const answers: ((authentication: Authentication) => void)[] = [];
  const slow = checksThat(() => new Promise((resolve) => answers.push(resolve)));
  const large = "x".repeat(30 * 1024 * 1024);
  const ids = await Promise.all(
    [1, 2, 3].map((n) => desk.keep(mail({ from: "large@desk.example", id: `large${n}`, text: large }))),
  );
  for (const id of ids) await slow(job(id));
  expect(answers).toHaveLength(2);
  answers[0]!(verdict("pass"));
  for (const id of ids) await slow(job(id));
  expect(answers).toHaveLength(3);
  answers[2]!(verdict("none"));
  await slow(job(ids[2]!));
  const rows = await Promise.all(ids.map(rowOf));
  expect(rows.map(({ authentication }) => authentication?.dmarc)).toEqual(["pass", undefined, "none"]);
});

test("what is checked is whom the mail is taken to be from, by the way that it came", async () => {
  const claims: unknown[] = [];
  const quick = checksThat((_, claim) => {
    claims.push(claim);
    return Promise.resolve(verdict("pass"));
  });
  const id = await desk.keep(mail({ from: "Ann <ann@desk.example>", id: "claim@desk.example" }));
  await quick(job(id));
  expect(claims).toEqual([
    {
      author: "ann@desk.example",
      receivedAt: desk.clock.now(),
      connection: { remoteIp: "127.0.0.1", helo: "", envelopeFrom: "bounce@agence.example" },
    },
  ]);
  expect(await rowOf(id)).toMatchObject({ authentication: { dmarc: "pass" } });
});
