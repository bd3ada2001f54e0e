import type { Tx } from "@permanence/database";
import { newId } from "@permanence/kernel";
import { findOutgoingMail } from "@permanence/mail";
import { addAgent, type Agent } from "@permanence/people";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eraseTicket } from "./erasure.ts";
import { listMessages } from "./message-store.ts";
import { sendBeside } from "./side-threads.ts";
import { listSideMessages, listSideThreads } from "./side-store.ts";
import { openTicketChange } from "./ticket-change.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

let desk: TestDesk;
let agent: Agent;
beforeAll(async () => {
  desk = await openTestDesk();
  agent = (await inDesk((tx) =>
    addAgent(tx, desk.world, desk.deskId, { email: "an@desk.example", name: "An", role: "agent", language: "fr" }),
  ))!;
});
afterAll(() => desk?.close());

type Work<T> = (tx: Tx) => Promise<T>;
function inDesk<T>(work: Work<T>): Promise<T> {
  return desk.db.transaction(desk.deskId, work);
}

let tickets = 0;
async function openTicket(): Promise<string> {
  tickets++;
  const { ticket_id } = await desk.receive(mail({ id: `first-${tickets}@agence.example` }));
  return ticket_id!;
}

async function writeBeside(ticketId: string, to: string[], place = "side") {
  return inDesk(async (tx) => {
    const change = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    const letter = { place, subject: "Acte 12", text: "SECRET du fournisseur ?", html: null, files: [] };
    const recipients = { to, cc: [], bcc: [] };
    return sendBeside(tx, { world: desk.world, desk: desk.desk, agent }, change, {
      ...letter,
      ...{ recipients, messageId: newId(desk.world) },
    });
  });
}

const mailsBeside = (threadId: string) =>
  inDesk((tx) => tx.selectFrom("outgoing_mail").selectAll().where("side_thread_id", "=", threadId).execute());
const stateOf = (ticketId: string) =>
  inDesk(async (tx) => ({
    ticket: await tx.selectFrom("ticket").selectAll().where("ticket_id", "=", ticketId).executeTakeFirstOrThrow(),
    clocks: await tx.selectFrom("clock").selectAll().where("ticket_id", "=", ticketId).execute(),
    messages: await listMessages(tx, desk.deskId, ticketId),
    events: await tx.selectFrom("ticket_event").selectAll().where("ticket_id", "=", ticketId).execute(),
  }));
const threadsOf = (ticketId: string) => inDesk((tx) => listSideThreads(tx, desk.deskId, ticketId));
const saidIn = (threadId: string) => inDesk((tx) => listSideMessages(tx, desk.deskId, [threadId]));

async function begin(to = ["luc@notaire.example"]) {
  const ticketId = await openTicket();
  const before = await stateOf(ticketId);
  const thread = await writeBeside(ticketId, to);
  if (typeof thread === "string") throw new Error(thread);
  const [sent] = await mailsBeside(thread.side_thread_id);
  return { ticketId, thread, before, sent: sent! };
}

const answer = (parts: Parameters<typeof mail>[0]) => mail({ from: "Luc <luc@notaire.example>", ...parts });

test("a supplier's answer joins the thread beside, by its address, and leaves all of the customer's as it was", async () => {
  const { ticketId, thread, before } = await begin();
  const to = `aide+t-${thread.reply_token}@desk.example`;
  desk.clock.advance(60_000);
  const got = await desk.receive(answer({ id: "s1@notaire.example", to, text: "SECRET de la réponse." }), to);
  expect(got).toMatchObject({ kind: "reply", ticket_id: null, side_thread_id: thread.side_thread_id });
  expect(await saidIn(thread.side_thread_id)).toMatchObject([
    { kind: "agent" },
    { kind: "partner", from_address: "luc@notaire.example", reply: "SECRET de la réponse." },
  ]);
  expect(await stateOf(ticketId)).toEqual(before);
  expect(await threadsOf(ticketId)).toMatchObject([{ heard_at: desk.clock.now(), seen_at: null }]);
});

test("an answer that keeps nothing but References joins it too, and so does what follows that", async () => {
  const { ticketId, thread, sent, before } = await begin();
  const first = answer({ id: "s2@notaire.example", headers: [`In-Reply-To: <${sent.message_id}>`] });
  expect(await desk.receive(first)).toMatchObject({ side_thread_id: thread.side_thread_id });
  const second = answer({
    id: "s3@notaire.example",
    from: "Eva <eva@notaire.example>",
    headers: ["References: <s2@notaire.example>"],
  });
  expect(await desk.receive(second)).toMatchObject({ ticket_id: null, side_thread_id: thread.side_thread_id });
  expect(await stateOf(ticketId)).toEqual(before);
});

test("our second letter follows theirs under its own Message-ID, and says nothing of the customer", async () => {
  const { ticketId, thread, sent } = await begin();
  desk.clock.advance(60_000);
  await desk.receive(answer({ id: "s4@notaire.example", headers: [`References: <${sent.message_id}>`] }));
  await writeBeside(ticketId, [], `side:${thread.side_thread_id}`);
  const mails = await mailsBeside(thread.side_thread_id);
  const bytes = await inDesk((tx) =>
    tx
      .selectFrom("blob")
      .select("bytes")
      .where("sha256", "=", mails.find(({ message_id }) => message_id !== sent.message_id)!.mime_sha256)
      .executeTakeFirstOrThrow(),
  );
  const text = bytes.bytes.toString();
  expect(text).toMatch(/^To: luc@notaire\.example\r$/m);
  expect(text).toMatch(/^Subject: Re: Acte 12\r$/m);
  expect(text).toContain(`<${sent.message_id}>`);
  expect(text).toContain("In-Reply-To: <s4@notaire.example>");
  for (const theirs of ["lea@agence.example", `first-${tickets}@`, "filtre"]) expect(text).not.toContain(theirs);
  const { ticket } = await stateOf(ticketId);
  expect(text).not.toContain(ticket.reply_token);
});

test("a stranger who knows the thread's address is no part of it", async () => {
  const { thread, before, ticketId } = await begin();
  const to = `aide+t-${thread.reply_token}@desk.example`;
  const got = await desk.receive(mail({ id: "s5@else.example", from: "X <x@elsewhere.example>", to }), to);
  expect(got).toMatchObject({ kind: "ticket", side_thread_id: null });
  expect(got.ticket_id).not.toBe(ticketId);
  expect(await stateOf(ticketId)).toEqual(before);
});

test("a stranger at the same public provider is no colleague", async () => {
  const { thread } = await begin(["luc.notaire@gmail.com"]);
  const to = `aide+t-${thread.reply_token}@desk.example`;
  const got = await desk.receive(mail({ id: "s6@gmail.com", from: "X <other@gmail.com>", to }), to);
  expect(got).toMatchObject({ kind: "ticket", side_thread_id: null });
});

test("the customer's own answer joins the ticket, also where it names a mail from beside", async () => {
  const { ticketId, thread, sent } = await begin();
  const reply = mail({
    id: "c1@agence.example",
    headers: [`References: <first-${tickets}@agence.example> <${sent.message_id}>`],
  });
  expect(await desk.receive(reply)).toMatchObject({ kind: "reply", ticket_id: ticketId, side_thread_id: null });
  expect(await saidIn(thread.side_thread_id)).toHaveLength(1);
});

test("a supplier's answer that names the customer's mails as well stays beside", async () => {
  const { ticketId, thread, sent, before } = await begin();
  const headers = [`References: <first-${tickets}@agence.example> <${sent.message_id}>`];
  expect(await desk.receive(answer({ id: "s7@notaire.example", headers }))).toMatchObject({
    ticket_id: null,
    side_thread_id: thread.side_thread_id,
  });
  expect(await stateOf(ticketId)).toEqual(before);
});

test("whom the desk wrote to beside may not write to the ticket", async () => {
  const { ticketId, before } = await begin();
  const { reply_token } = before.ticket;
  const to = `aide+t-${reply_token}@desk.example`;
  const got = await desk.receive(answer({ id: "s8@notaire.example", to }), to);
  expect(got).toMatchObject({ kind: "ticket" });
  expect(got.ticket_id).not.toBe(ticketId);
  expect((await stateOf(ticketId)).messages).toHaveLength(1);
});

test("the customer is not written to beside, nor is the desk itself", async () => {
  const ticketId = await openTicket();
  expect(await writeBeside(ticketId, ["lea@agence.example"])).toBe("customer-beside");
  expect(await writeBeside(ticketId, ["info@desk.example"])).toBe("unsendable");
  expect(await writeBeside(ticketId, [])).toBe("no-recipient");
  expect(await threadsOf(ticketId)).toEqual([]);
});

test("a bounce from beside is no evidence of the ticket", async () => {
  const { ticketId, sent, before } = await begin();
  const report = [
    "From: MAILER-DAEMON@mx.example",
    `To: ${sent.envelope_from}`,
    "Subject: Undelivered",
    "Message-ID: <dsn-1@mx.example>",
    "MIME-Version: 1.0",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    "",
    "--b",
    "Content-Type: text/plain",
    "",
    "It failed.",
    "--b",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.example",
    "",
    "Final-Recipient: rfc822; luc@notaire.example",
    "Action: failed",
    "Status: 5.1.1",
    "--b--",
  ].join("\n");
  expect(await desk.receive(report, sent.envelope_from)).toMatchObject({ kind: "report", ticket_id: null });
  expect(await stateOf(ticketId)).toEqual(before);
  const after = await inDesk((tx) => findOutgoingMail(tx, desk.deskId, sent.outgoing_mail_id));
  expect(after).toMatchObject({ state: "failed" });
  expect(after!.last_error).toContain("5.1.1");
});

test("erasing the ticket erases what was said beside it", async () => {
  const { ticketId, thread, sent } = await begin();
  await desk.receive(
    answer({ id: "s9@notaire.example", headers: [`References: <${sent.message_id}>`], text: "À effacer." }),
  );
  await inDesk((tx) =>
    tx
      .updateTable("outgoing_mail")
      .set({ state: "sent" })
      .where("side_thread_id", "=", thread.side_thread_id)
      .execute(),
  );
  await inDesk((tx) => eraseTicket(tx, desk.world, desk.deskId, ticketId, { actor: "agent:1", reason: "RGPD" }));
  for (const said of await saidIn(thread.side_thread_id))
    expect(said).toMatchObject({ text: "", reply: "", from_address: "", recipients: null });
  const blobs = await inDesk((tx) => tx.selectFrom("blob").select("bytes").execute());
  expect(blobs.some(({ bytes }) => bytes.toString().includes("effacer"))).toBe(false);
});
