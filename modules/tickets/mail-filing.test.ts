import { instant } from "@permanence/kernel";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foldDueClocks } from "./clock-sweep.ts";
import { findBrokenLink } from "./event-chain.ts";
import { openInboundMailReading } from "./inbound-mail-reading.ts";
import { readClockEvents } from "./clock-events.ts";
import { foldAll } from "./ticket-clocks.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { closeTicket, undoClosure } from "./ticket-state.ts";
import { mail, openTestDesk, START, type TestDesk } from "./ticket-test-desk.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.close());

let mails = 0;
/** A ticket of its own for each test: the mail that made it, its row, and its notice. */
async function newTicket(parts: Parameters<typeof mail>[0] = {}) {
  const address = `client${++mails}@agence${mails}.example`;
  const id = `first-${mails}@agence.example`;
  const inbound = await desk.receive(mail({ from: `Léa Dubois <${address}>`, id, ...parts }));
  const ticketId = inbound.ticket_id!;
  return { inbound, address, id, ticketId, ...(await read(ticketId)) };
}

async function read(ticketId: string) {
  return desk.db.transaction(desk.deskId, async (tx) => ({
    ticket: await tx.selectFrom("ticket").selectAll().where("ticket_id", "=", ticketId).executeTakeFirstOrThrow(),
    clock: await tx.selectFrom("clock").selectAll().where("ticket_id", "=", ticketId).executeTakeFirstOrThrow(),
    notices: await tx.selectFrom("outgoing_mail").selectAll().where("ticket_id", "=", ticketId).execute(),
    messages: await tx.selectFrom("message").selectAll().where("ticket_id", "=", ticketId).orderBy("at").execute(),
    events: await tx
      .selectFrom("ticket_event")
      .selectAll()
      .where("ticket_id", "=", ticketId)
      .orderBy("sequence")
      .execute(),
  }));
}

async function bytesOf(sha256: Buffer): Promise<string> {
  return desk.db.transaction(desk.deskId, async (tx) => {
    const { bytes } = await tx
      .selectFrom("blob")
      .select("bytes")
      .where("sha256", "=", sha256)
      .executeTakeFirstOrThrow();
    return bytes.toString();
  });
}

test("a person's mail becomes one ticket: number, clock, message, notice and a chain that verifies", async () => {
  const { inbound, ticket, clock, notices, messages, events, address } = await newTicket();
  expect(inbound.kind).toBe("ticket");
  expect(ticket).toMatchObject({ state: "new", priority: "normal", language: "fr", received_at: inbound.received_at });
  expect(ticket.priority_reason).not.toBe("");
  expect(clock).toMatchObject({
    outcome: "running",
    started_at: inbound.received_at,
    due_at: inbound.received_at + 24 * HOUR_MS,
  });
  expect(ticket.queue_at).toBe(clock.due_at);
  expect(notices).toMatchObject([{ purpose: "notice", to_address: address, state: "queued" }]);
  expect(messages).toMatchObject([
    { kind: "customer", from_address: address, inbound_mail_id: inbound.inbound_mail_id },
  ]);
  expect(events.map((event) => event.type)).toEqual(["registered", "notice-queued", "message"]);
  const chained = events.map((event) => ({ ...event, contentDigest: event.content_digest }));
  expect(findBrokenLink(chained)).toBeNull();
  expect(ticket).toMatchObject({ event_count: 3, event_digest: events.at(-1)!.digest });
});

test("reading a mail twice reads it once, also at the same time", async () => {
  const inboundMailId = await desk.keep(mail({ id: "twice@agence.example", from: "twice@agence.example" }));
  const job = { deskId: desk.deskId, inboundMailId, sizeBytes: 1_000 };
  const elsewhere = openInboundMailReading(desk.reading); // As in another process.
  await Promise.all([desk.readInboundMail(job), desk.readInboundMail(job), elsewhere(job)]);
  await desk.readInboundMail(job);
  const rows = await desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("message").selectAll().where("from_address", "=", "twice@agence.example").execute(),
  );
  expect(rows).toHaveLength(1);
});

test("the notice says nothing that a stranger wrote, since anybody can write in anybody's name", async () => {
  const { notices } = await newTicket({
    subject: "BUY NOW",
    text: "Visit spam.example today, my friend, it is really good.",
  });
  const text = await bytesOf(notices[0]!.mime_sha256);
  expect(text).not.toMatch(/BUY NOW|spam\.example|Dubois|L=C3=A9a/);
  expect(text).toMatch(/^Auto-Submitted: auto-replied/m);
});

test.for([
  [
    "fr",
    "Bonjour, nos annonces ne partent plus vers les portails depuis ce matin. Merci de nous aider.",
    /Votre demande/,
  ],
  [
    "nl",
    "Goedemorgen, onze panden verschijnen niet meer op de website sinds vanochtend. Kunt u ons helpen?",
    /Uw aanvraag/,
  ],
  [
    "en",
    "Good morning, our listings no longer show up on the website since this morning. Can you help us?",
    /Your request/,
  ],
] as const)("a ticket in %s is noticed in %s", async ([language, text, subject]) => {
  const { ticket, notices } = await newTicket({ subject: "?", text });
  expect(ticket.language).toBe(language);
  expect(notices[0]!.subject).toMatch(subject);
});

test("a reply to the token's address joins, reopens, and proves that the notice was seen", async () => {
  const { ticketId, ticket, address, id } = await newTicket();
  desk.clock.advance(MINUTE_MS);
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  const reply = await desk.receive(mail({ from: address, id: `r-${id}`, to, subject: "Re: x" }), to);
  const after = await read(ticketId);
  expect(reply).toMatchObject({ kind: "reply", ticket_id: ticketId });
  expect(after.messages).toHaveLength(2);
  expect(after.clock).toMatchObject({ outcome: "met", receipt: "displayed", stopped_at: reply.received_at });
  expect(after.notices).toHaveLength(1);
});

test("another's mail under the same Message-ID does not draw a customer's follow-up away", async () => {
  const { ticketId, address, id } = await newTicket();
  const shadow = await desk.receive(mail({ from: "mal@elsewhere.example", id, text: "Not the same at all." }));
  expect(shadow).toMatchObject({ kind: "ticket", warnings: [expect.stringContaining("same Message-ID")] });
  const headers = [`In-Reply-To: <${id}>`];
  const reply = await desk.receive(mail({ from: address, id: `follows-${id}`, headers }));
  expect(reply).toMatchObject({ kind: "reply", ticket_id: ticketId, warnings: [] });
  const stranger = await desk.receive(mail({ from: "third@elsewhere.example", id: `third-${id}`, headers }));
  expect(stranger).toMatchObject({ kind: "ticket", warnings: [expect.stringContaining("may not write")] });
});

test("what a mail declares is shown short, and kept whole", async () => {
  const long = "é".repeat(5_000);
  const { inbound, ticket, address } = await newTicket({ subject: long });
  expect(ticket.subject).toBe(`${"é".repeat(499)}…`);
  expect(inbound.subject).toBe(ticket.subject);
  const named = await desk.receive(mail({ from: `"${long}" <long-${address}>`, id: `long-${address}` }));
  expect((await read(named.ticket_id!)).messages[0]!.from_name).toHaveLength(200);
});

test("requests that come together are each registered, the same one once, an answer to one of them joined", async () => {
  const request = (n: number, headers: string[] = []) =>
    mail({ from: `pile${n}@agence.example`, id: `pile${n}@agence.example`, headers });
  const follow = mail({
    ...{
      from: "pile1@agence.example",
      id: "pile-follow@agence.example",
      headers: ["References: <pile1@agence.example>"],
    },
    text: "J'ai oublié de dire : c'est le portail Immo.",
  });
  const first = [...Array.from({ length: 9 }, (_, n) => request(n)), request(3), request(5)];
  const then = [request(9), follow, request(3)]; // In one group, an answer stands beside what is new.
  const readAll = async (raws: string[]) => {
    const ids = await Promise.all(raws.map((raw) => desk.keep(raw)));
    const read = (inboundMailId: string) =>
      desk.readInboundMail({ deskId: desk.deskId, inboundMailId, sizeBytes: 1_000 });
    await Promise.all(ids.map(read));
    return desk.db.transaction(desk.deskId, (tx) =>
      tx.selectFrom("inbound_mail").selectAll().where("inbound_mail_id", "in", ids).execute(),
    );
  };
  const rows = [...(await readAll(first)), ...(await readAll(then))];
  const kinds = rows.map(({ kind }) => kind!).toSorted();
  expect(kinds).toEqual([...Array(3).fill("duplicate"), "reply", ...Array(10).fill("ticket")]);
  const tickets = await Promise.all(rows.filter((row) => row.kind === "ticket").map((row) => read(row.ticket_id!)));
  expect(new Set(tickets.map(({ ticket }) => ticket.number)).size).toBe(10);
  for (const { notices, events, ticket } of tickets) {
    expect(notices).toHaveLength(1);
    const chained = events.map((event) => ({ ...event, contentDigest: event.content_digest }));
    expect(findBrokenLink(chained)).toBeNull();
    expect(ticket).toMatchObject({ event_count: events.length, event_digest: events.at(-1)!.digest });
  }
});

test("a reply that names our Message-ID joins as well", async () => {
  const { ticketId, notices, address } = await newTicket();
  const headers = [`In-Reply-To: <${notices[0]!.message_id}>`];
  const reply = await desk.receive(mail({ from: address, id: `ref-${address}`, headers }));
  expect(reply).toMatchObject({ kind: "reply", ticket_id: ticketId });
});

test("a stranger with a stolen token gets a ticket of their own, and the first one stays as it was", async () => {
  const { ticketId, ticket } = await newTicket();
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  const stolen = await desk.receive(
    mail({ from: "mallory@elsewhere.example", id: "stolen@elsewhere.example", to }),
    to,
  );
  expect(stolen.kind).toBe("ticket");
  expect(stolen.ticket_id).not.toBe(ticketId);
  expect(stolen.warnings.join()).toContain(`ticket ${ticket.number}`);
  expect((await read(ticketId)).clock.outcome).toBe("running");
});

test("a token with one letter changed finds nothing", async () => {
  const { ticketId, ticket, address } = await newTicket();
  const token = ticket.reply_token.replace(/^./, (letter) => (letter === "a" ? "b" : "a"));
  const to = `aide+t-${token}@desk.example`;
  const reply = await desk.receive(mail({ from: address, id: `forged-${address}`, to }), to);
  expect(reply.ticket_id).not.toBe(ticketId);
});

test("the same mail by two ways is one; the same Message-ID with other bytes is another mail, flagged", async () => {
  const { id, address, ticketId } = await newTicket();
  const again = ["Received: from relay.example by desk.example; Mon, 23 Nov 2026 14:03:00 +0100"];
  const twin = await desk.receive(`${again[0]}\n${mail({ id, from: `Léa Dubois <${address}>` })}`, "info@desk.example");
  expect(twin).toMatchObject({ kind: "duplicate", ticket_id: ticketId });
  const other = await desk.receive(
    mail({ id, from: `Léa Dubois <${address}>`, text: "Bonjour, c'est une autre question, sur la facturation." }),
  );
  expect(other.kind).toBe("ticket");
  expect(other.warnings.join()).toContain("same Message-ID");
  expect((await read(ticketId)).messages).toHaveLength(1);
});

test("who may write is who is stored and answered: a list's Reply-To does not borrow the rights of From", async () => {
  const { ticketId, ticket, address, notices } = await newTicket();
  const headers = ["List-Id: <x.example>", "Reply-To: me@evil.example", `In-Reply-To: <${notices[0]!.message_id}>`];
  const forged = await desk.receive(mail({ from: address, id: `list-${address}`, headers }));
  expect(forged.kind).toBe("ticket");
  expect(forged.ticket_id).not.toBe(ticketId);
  expect((await read(ticketId)).messages).toHaveLength(1);
  expect((await read(forged.ticket_id!)).ticket.linked_ticket_id).toBeNull();
  const genuine = [`List-Id: <x.example>`, `Reply-To: ${address}`];
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  const reply = await desk.receive(mail({ from: "list@x.example", id: `via-${address}`, headers: genuine, to }), to);
  expect(reply).toMatchObject({ kind: "reply", ticket_id: ticketId });
});

test("mail without a Message-ID that is sent again is one; so is what nobody can read", async () => {
  const plain = mail({ id: "x@x", from: "scan@agence.example" }).replace(/^Message-ID.*\n/m, "");
  const [once, twice] = [await desk.receive(plain), await desk.receive(plain)];
  expect([once.kind, twice.kind]).toEqual(["ticket", "duplicate"]);
  expect(twice.duplicate_of).toBe(once.inbound_mail_id);
  const bomb = `From: a@b.example\nX: ${"y".repeat(400_000)}\n${"X: z\n".repeat(60_000)}\n`;
  const [first, second] = [await desk.receive(bomb), await desk.receive(bomb)];
  expect([first.kind, second.kind]).toEqual(["quarantined", "duplicate"]);
});

test("one Message-ID for all of a device's mails: each is read, and each one sent twice is one", async () => {
  const device = (n: number) =>
    mail({ id: "always@device.example", from: "device@agence.example", text: `Alerte ${n}` });
  for (let n = 0; n < 25; n++) expect((await desk.receive(device(n))).kind).toBe("ticket");
  expect((await desk.receive(device(3))).kind).toBe("duplicate");
  expect((await desk.receive(device(24))).kind).toBe("duplicate");
});

test("addresses and ids that fit no index stop nothing: the mail ends in quarantine, or is read without them", async () => {
  const long = await desk.receive(mail({ id: "long@x", from: `${"a".repeat(5_000)}@agence.example` }));
  expect(long).toMatchObject({ kind: "quarantined", ticket_id: null });
  const id = await desk.receive(mail({ id: `${"\u6f22".repeat(990)}@x`, from: "id@agence.example" }));
  expect(id).toMatchObject({ kind: "ticket", message_id: null });
});

test("an automatic answer is on record at its ticket, moves no clock, and is never answered", async () => {
  const { ticketId, ticket, address } = await newTicket();
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  const auto = await desk.receive(
    mail({
      from: address,
      id: `auto-${address}`,
      to,
      subject: "Absence du bureau",
      headers: ["Auto-Submitted: auto-replied"],
    }),
    to,
  );
  const after = await read(ticketId);
  expect(auto).toMatchObject({ kind: "auto-reply", ticket_id: ticketId });
  expect(after.clock.outcome).toBe("running");
  expect(after.messages).toHaveLength(1);
  expect(after.notices).toHaveLength(1);
});

test("mail from the desk's own mailbox goes to quarantine, or the two would answer each other", async () => {
  const own = await desk.receive(mail({ from: "info@desk.example", id: "own@desk.example" }));
  expect(own).toMatchObject({ kind: "quarantined", ticket_id: null });
  expect(own.reason).toContain("own mailboxes");
});

test("a reply within 14 days of closing reopens; a later one opens a new, linked ticket", async () => {
  const { ticketId, ticket, address } = await newTicket();
  const to = `aide+t-${ticket.reply_token}@desk.example`;
  const close = () =>
    desk.db.transaction(desk.deskId, async (tx) => {
      const change = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
      closeTicket(change, "solved", "desk");
      change.save(tx);
    });
  await close();
  desk.clock.advance(14 * 24 * HOUR_MS);
  await desk.receive(mail({ from: address, id: `day14-${address}`, to }), to);
  expect((await read(ticketId)).ticket).toMatchObject({ state: "open", closed_as: null });
  await close();
  desk.clock.advance(14 * 24 * HOUR_MS + 1);
  const late = await desk.receive(mail({ from: address, id: `day15-${address}`, to }), to);
  expect(late.kind).toBe("ticket");
  expect((await read(late.ticket_id!)).ticket.linked_ticket_id).toBe(ticketId);
});

test("the clock: pending once handed over, met when nothing came back, running again after a late failure", async () => {
  const { ticketId, notices } = await newTicket();
  await desk.learn(notices[0]!.outgoing_mail_id, "handed-over");
  expect((await read(ticketId)).clock.outcome).toBe("pending");
  const handedOverAt = desk.clock.now();
  desk.clock.advance(15 * MINUTE_MS);
  await foldDueClocks(desk.db, desk.world, desk.deskId);
  expect((await read(ticketId)).clock).toMatchObject({ outcome: "met", receipt: "presumed", stopped_at: handedOverAt });
  await desk.learn(notices[0]!.outgoing_mail_id, "failed");
  const after = await read(ticketId);
  expect(after.clock).toMatchObject({ outcome: "running", stopped_at: null });
  expect(after.ticket.queue_at).toBe(after.clock.due_at);
});

test("not a request: the clock is void, and taking it back makes it run from its first start", async () => {
  const { ticketId, clock } = await newTicket();
  const change = (work: (opened: TicketChange) => void) =>
    desk.db.transaction(desk.deskId, async (tx) => {
      const opened = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
      work(opened);
      opened.save(tx);
    });
  await change((opened) => void closeTicket(opened, "not-a-request", "desk"));
  expect((await read(ticketId)).clock.outcome).toBe("void");
  await change((opened) => void undoClosure(opened, "desk"));
  const after = await read(ticketId);
  expect(after.clock).toMatchObject({ outcome: "running", started_at: clock.started_at, due_at: clock.due_at });
  expect(after.ticket.state).toBe("new");
});

test("notices to one address are spaced by the cap, and none is left out", async () => {
  const from = "Loop@Agence.example"; // However it is written.
  const leaves: number[] = [];
  for (let i = 0; i < 22; i++) {
    const { ticket_id } = await desk.receive(mail({ from, id: `loop-${i}@agence.example` }));
    leaves.push((await read(ticket_id!)).notices[0]!.next_attempt_at!);
  }
  const now = desk.clock.now();
  expect(leaves.slice(0, 20).every((at) => at <= now)).toBe(true);
  expect(leaves.slice(20)).toEqual([now + HOUR_MS, now + HOUR_MS]);
});

test("folding every ticket's events again gives the stored clocks", async () => {
  const checked = await desk.db.transaction(desk.deskId, async (tx) => {
    const clocks = await tx.selectFrom("clock").selectAll().execute();
    for (const clock of clocks) {
      const events = (await readClockEvents(tx, desk.deskId, [clock.ticket_id])).get(clock.ticket_id)!;
      const folded = foldAll(events, desk.clock.now()).find(({ target }) => target === clock.target)!.clock;
      const due = clock.next_at !== null && clock.next_at < desk.clock.now();
      if (!due)
        expect(folded).toMatchObject({ outcome: clock.outcome, dueAt: clock.due_at, stoppedAt: clock.stopped_at });
    }
    return clocks.length;
  });
  expect(checked).toBeGreaterThan(20);
});

test("a mail that cannot be read waits in quarantine with the reason, its bytes at hand", async () => {
  const nested = Array.from(
    { length: 10_000 },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
  ).join("");
  const inbound = await desk.receive(`From: a@agence.example\nMessage-ID: <bomb@agence.example>\n${nested}`);
  expect(inbound).toMatchObject({ kind: "quarantined", ticket_id: null });
  expect(inbound.reason).toMatch(/\S/);
  expect(instant(inbound.received_at)).toBeGreaterThanOrEqual(START);
  const { rows } = await desk.db.transaction(desk.deskId, (tx) =>
    sql<{ size: number }>`select octet_length(bytes) as size from blob where sha256 = ${inbound.sha256}`.execute(tx),
  );
  expect(rows[0]!.size).toBe(inbound.size_bytes);
});
