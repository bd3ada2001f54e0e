import { blockSenderForTest, mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";
import { afterAll, beforeAll, expect, test } from "vitest";

const MINUTE_MS = 60_000;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.close());

let mails = 0;
const ask = (from: string, text: string, parts: Parameters<typeof mail>[0] = {}) =>
  desk.receive(mail({ from, text, id: `ask-${++mails}@agence.example`, subject: `Question ${text}`, ...parts }));

async function outgoingTo(address: string) {
  return desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("outgoing_mail").selectAll().where("to_address", "=", address).execute(),
  );
}

/** As the outbox records it. */
async function handOver(outgoingMailId: string): Promise<void> {
  const sent = { state: "sent" as const, sent_at: desk.clock.now(), next_attempt_at: null };
  await desk.db.transaction(desk.deskId, (tx) =>
    tx.updateTable("outgoing_mail").set(sent).where("outgoing_mail_id", "=", outgoingMailId).execute(),
  );
}

test("a program that answers each notice with the same words is held at its second answer", async () => {
  const from = "robot@loop.example";
  const thanks = "Merci de votre message, nous vous répondrons.";
  expect((await ask(from, "Première")).kind).toBe("ticket");
  expect((await ask(from, thanks)).kind).toBe("ticket");
  expect((await ask(from, thanks)).kind).toBe("ticket"); // Without a notice in between, somebody is impatient.
  for (const notice of await outgoingTo(from)) await handOver(notice.outgoing_mail_id);
  const held = await ask(from, thanks);
  expect(held).toMatchObject({ kind: "held", ticket_id: null, reason: expect.stringContaining("the very same") });
  expect(await outgoingTo(from)).toHaveLength(3);
  desk.clock.advance(61 * MINUTE_MS);
  expect((await ask(from, thanks)).kind).toBe("ticket");
});

test("what bears the subject of a notice, in no thread, moments after it, is held", async () => {
  const from = "machine@loop.example";
  await ask(from, "Bonjour");
  const [notice] = await outgoingTo(from);
  await handOver(notice!.outgoing_mail_id);
  const held = await ask(from, "Nous sommes fermés.", { subject: `AW: ${notice!.subject}` });
  expect(held).toMatchObject({ kind: "held", reason: expect.stringContaining("notice") });
  expect(await outgoingTo(from)).toHaveLength(1);
});

test("beyond the cap of an address requests are held, and neither replies nor known readers' are", async () => {
  const from = "flood@agence-flood.example";
  const kinds = [];
  for (let n = 0; n < 32; n++) kinds.push((await ask(from, `Numéro ${n}`)).kind);
  expect(kinds).toEqual([...Array(30).fill("ticket"), "held", "held"]);

  const [notice] = await outgoingTo(from);
  const to = notice!.envelope_from;
  const token = await desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("ticket").select("reply_token").where("ticket_id", "=", notice!.ticket_id).executeTakeFirstOrThrow(),
  );
  expect(to).not.toContain(token.reply_token);
  const reply = mail({ from, id: "flood-reply@agence.example", text: "Merci." });
  expect((await desk.receive(reply, `aide+t-${token.reply_token}@desk.example`)).kind).toBe("reply");
  expect((await ask(from, "Un lecteur connu")).kind).toBe("ticket");
});

test("a flood under many addresses of one domain is held as well, and other domains go on", async () => {
  const raws = Array.from({ length: 302 }, (_, n) =>
    mail({ from: `u${n}@flood.example`, id: `u${n}@flood.example`, text: `Numéro ${n}`, subject: `Numéro ${n}` }),
  );
  const ids = await Promise.all(raws.map((raw) => desk.keep(raw)));
  const read = (inboundMailId: string) =>
    desk.readInboundMail({ deskId: desk.deskId, inboundMailId, sizeBytes: 1_000 });
  for (let from = 0; from < ids.length; from += 100) await Promise.all(ids.slice(from, from + 100).map(read));
  const rows = await desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("inbound_mail").select(["kind"]).where("inbound_mail_id", "in", ids).execute(),
  );
  expect(rows.filter(({ kind }) => kind === "ticket")).toHaveLength(300);
  expect(rows.filter(({ kind }) => kind === "held")).toHaveLength(2);
  expect((await ask("calm@other.example", "Bonjour")).kind).toBe("ticket");
});

test("a blocked sender's mail is kept apart, in whatever letters", async () => {
  await blockSenderForTest(desk, "spam@elsewhere.example");
  expect(await ask("Spam@Elsewhere.example", "Achetez")).toMatchObject({
    kind: "quarantined",
    reason: "Its sender is blocked.",
  });
});
