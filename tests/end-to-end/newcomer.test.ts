import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { InboundMail, List, Message, OutgoingMail, OutgoingMailWhole, Ticket } from "../harness/api-types.ts";
import { Installation } from "../harness/installation.ts";
import { type Language, plainMail } from "../harness/mails.ts";
import { eventually, onThisMachine } from "../harness/patience.ts";
import { sendMail } from "../harness/smtp-session.ts";

// What somebody does who has just cloned the project, step after step, on one installation.
let desk: Installation;
let api: ApiClient;

beforeAll(async () => {
  desk = await Installation.start();
  api = await desk.api();
});
afterAll(() => desk?.remove());

const ANNE = "anne@agence.be";
const SUBJECT = "Les annonces ne partent plus";

test("a mail is a ticket in the queue within a second, and its clock runs", async () => {
  const reply = await send({ from: ANNE, subject: SUBJECT });
  expect(reply.code).toBe(250);

  const ticket = await eventually(() => ticketOn(SUBJECT), {
    withinMs: onThisMachine(1_000),
    everyMs: 20,
    what: "the ticket",
  });
  expect(ticket).toMatchObject({ state: "new", priority: "normal", language: "fr", contact: { address: ANNE } });
  const [clock] = ticket.clocks;
  expect(clock).toMatchObject({
    target: "response",
    outcome: "running",
    stoppedAt: null,
    startedAt: ticket.receivedAt,
  });
  expect(Date.parse(clock!.dueAt) - Date.parse(clock!.startedAt)).toBe(24 * 3_600_000);
});

test("the notice is in the mailroom, in French, and repeats nothing of the mail", async () => {
  const { notice, ticket } = await noticeOn(SUBJECT);
  expect(notice).toMatchObject({ to: ANNE, state: "queued", attempts: 0 });
  expect(notice.text).toContain(String(ticket.number));
  expect(notice.text).toMatch(/demande|ticket|reçu/i);
  expect(notice.text).not.toContain("annonces");
  expect(notice.subject).not.toContain("annonces");
});

test("a reply to the notice's Reply-To joins the ticket", async () => {
  const { notice, ticket } = await noticeOn(SUBJECT);
  await send({
    from: ANNE,
    to: replyAddressOf(notice),
    subject: "RE: votre demande",
    text: "Encore une précision : c'est urgent.",
  });

  const messages = await eventually(async () => {
    const { items } = await api.get<List<Message>>(`/tickets/${ticket.id}/messages`);
    return items.length === 2 && items;
  });
  expect(messages[1]).toMatchObject({ kind: "customer", text: expect.stringContaining("Encore une précision") });
  expect(await api.get<List<Ticket>>("/tickets")).toMatchObject({ items: [{ id: ticket.id }], next: null });
});

test("the same mail twice is one ticket", async () => {
  const raw = plainMail({ from: ANNE, subject: "Deux fois" });
  for (let time = 1; time <= 2; time++) await sendMail(desk.smtp, { from: ANNE, to: "helpdesk@whise.eu", raw });
  await eventually(async () => (await inboundMails("?kind=duplicate")).length === 1);
  const { items } = await api.get<List<Ticket>>("/tickets?q=Deux");
  expect(items).toHaveLength(1);
});

test("what arrived can be had back, byte for byte", async () => {
  const raw = plainMail({ from: ANNE, subject: "Octets", headers: ["X-Odd:  \t kept  "] });
  await sendMail(desk.smtp, { from: ANNE, to: "helpdesk@whise.eu", raw });
  const mail = await eventually(async () => (await inboundMails()).find(({ subject }) => subject === "Octets"));
  const kept = await api.bytes(`/inbound-mails/${mail.id}/raw`);
  expect(kept.subarray(-raw.length).equals(raw)).toBe(true);
});

test("an agent's reply goes out by e-mail and waits for the customer; the customer's answer reopens", async () => {
  const { notice, ticket } = await noticeOn(SUBJECT);
  await api.post(`/tickets/${ticket.id}/messages`, { kind: "agent", text: "Nous regardons." });
  expect(await api.get(`/tickets/${ticket.id}`)).toMatchObject({ state: "waiting" });
  const outgoing = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${ticket.id}`);
  expect(outgoing.items.map(({ purpose }) => purpose).toSorted()).toEqual(["notice", "reply"]);

  await send({ from: ANNE, to: replyAddressOf(notice), subject: "Re: votre demande", text: "Merci." });
  await eventually(async () => (await api.get<Ticket>(`/tickets/${ticket.id}`)).state === "open");
});

test("a note stays in the house", async () => {
  const { ticket } = await noticeOn(SUBJECT);
  const before = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${ticket.id}`);
  await api.post(`/tickets/${ticket.id}/messages`, { kind: "note", text: "Déjà vu la semaine passée." });
  expect(await api.get(`/outgoing-mails?ticketId=${ticket.id}`)).toEqual(before);
});

test("not a request: its clock is void; undone: it runs as before", async () => {
  await send({ from: "bruno@agence.be", subject: "Publicité" });
  const ticket = await eventually(() => ticketOn("Publicité"));
  const closed = await api.post<Ticket>(`/tickets/${ticket.id}/closure`, { as: "not-a-request" });
  expect(closed).toMatchObject({
    state: "closed",
    closedAs: "not-a-request",
    clocks: expect.arrayContaining([expect.objectContaining({ outcome: "void" })]),
  });
  const reopened = await api.delete<Ticket>(`/tickets/${ticket.id}/closure`);
  expect(reopened).toMatchObject({
    state: ticket.state,
    closedAs: null,
    clocks: expect.arrayContaining([expect.objectContaining({ outcome: "running", dueAt: ticket.clocks[0]!.dueAt })]),
  });
});

test("a ticket is opened for a customer on the phone", async () => {
  const ticket = await api.post<Ticket>("/tickets", {
    contact: { address: "carla@agence.be", name: "Carla" },
    subject: "Au téléphone",
    text: "Elle n'arrive plus à se connecter.",
    priority: "high",
    priorityReason: "Elle ne peut plus travailler.",
    language: "fr",
    displayedByPhone: true,
  });
  expect(ticket).toMatchObject({
    priority: "high",
    contact: { name: "Carla" },
    clocks: expect.arrayContaining([expect.objectContaining({ outcome: "met", receipt: "displayed" })]),
  });
});

test("what cannot be read is quarantined, and an agent can make it a ticket, received when it came", async () => {
  const nested = Array.from(
    { length: 300 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
  ).join("");
  const raw = `From: dora@agence.be\r\nTo: helpdesk@whise.eu\r\nSubject: Poup\u00e9es\r\nMIME-Version: 1.0\r\n${nested}`;
  expect((await sendMail(desk.smtp, { from: "dora@agence.be", to: "helpdesk@whise.eu", raw })).code).toBe(250);

  const [mail] = await eventually(async () => {
    const found = await inboundMails("?kind=quarantined");
    return found.length > 0 && found;
  });
  expect(mail!.reason).toMatch(/\w/);
  const ticket = await api.post<Ticket>(`/inbound-mails/${mail!.id}/ticket`);
  const { receivedAt } = await api.get<{ receivedAt: string }>(`/inbound-mails/${mail!.id}`);
  expect(ticket.receivedAt).toBe(receivedAt);
  expect((await api.fetch("POST", `/inbound-mails/${mail!.id}/ticket`, {})).status).toBe(409);
});

test.each<[Language, RegExp]>([
  ["nl", /verzoek|ontvangen|ticket/i],
  ["en", /request|received|ticket/i],
])("a customer who writes %s gets the notice in that language", async (language, words) => {
  const subject = `Language ${language}`;
  await send({ from: `customer-${language}@agence.be`, subject, language });
  const { notice, ticket } = await noticeOn(subject);
  expect(ticket.language).toBe(language);
  expect(notice.text).toMatch(words);
});

test("commands work beside the running program", async () => {
  const report = JSON.parse(await desk.run("doctor", "--json")) as { ok: boolean; findings: object[] };
  expect(report).toMatchObject({ ok: true });
  expect(report.findings).toContainEqual(expect.objectContaining({ check: "desks", level: "ok" }));
});

test("a request in chunks is taken, and refused where it grows too long", async () => {
  const ask = (text: string) =>
    new Promise<number>((resolve, reject) => {
      const url = `${desk.web}/api/v1/sign-in-links`;
      const sent = request(url, { method: "POST", headers: { "content-type": "application/json" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      sent.on("error", reject);
      sent.write(text.slice(0, 10)); // Two parts, of no announced length.
      sent.end(text.slice(10));
    });
  const known = JSON.stringify({ email: "nobody@agence.example" });
  expect(await ask(known)).toBe(202);
  expect(await ask(known + " ".repeat(3_000_000))).toBe(413);
});

test("a second start on the same data folder refuses, and harms nothing", async () => {
  const second = new Installation({ dataDir: desk.dataDir });
  await expect(second.start()).rejects.toThrow(/in use by process \d+/);
  expect((await api.get<{ items: unknown[] }>("/tickets")).items.length).toBeGreaterThan(0);
});

test("ended and started again, everything is still there", async () => {
  const before = await api.get("/tickets");
  await desk.stop();
  await desk.start();
  expect(await api.get("/tickets")).toEqual(before);
});

function send({ to = "helpdesk@whise.eu", ...mail }: Parameters<typeof plainMail>[0]) {
  return sendMail(desk.smtp, { from: mail.from, to, raw: plainMail({ to, ...mail }) });
}

async function ticketOn(subject: string): Promise<Ticket | undefined> {
  const { items } = await api.get<List<Ticket>>("/tickets?order=newest");
  return items.find((ticket) => ticket.subject === subject);
}

async function noticeOn(subject: string): Promise<{ ticket: Ticket; notice: OutgoingMailWhole }> {
  const ticket = await eventually(() => ticketOn(subject));
  const { items } = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${ticket.id}&purpose=notice`);
  expect(items).toHaveLength(1);
  return { ticket, notice: await api.get<OutgoingMailWhole>(`/outgoing-mails/${items[0]!.id}`) };
}

/** The address of "Desk <address>". */
function replyAddressOf(notice: OutgoingMailWhole): string {
  return /<(.+)>/.exec(notice.headers.replyTo)![1]!;
}

function inboundMails(query = ""): Promise<InboundMail[]> {
  return api.all<InboundMail>(`/inbound-mails${query}`);
}
