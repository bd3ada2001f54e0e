import { requeueSendings, sendDraft } from "@permanence/tickets";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

// What agents write, by the API and on a real database: drafts, files, sending, taking back.

let service: TestApi;
let ticket: string;
beforeAll(async () => {
  service = await openTestApi("writing");
  ticket = await openTicket("lea@agence.example");
});
afterAll(() => service?.close());

async function openTicket(address: string): Promise<string> {
  const contact = { address, name: "Léa <b>Dubois</b>" };
  const { body } = await service.call("POST", "/tickets", { body: { contact, subject: "Panne", text: "Aidez-moi." } });
  return body.id;
}

let keys = 0;
const newKey = () => ({ "idempotency-key": `key ${keys++}` });
const send = (content: object, headers: Record<string, string> = newKey(), place = "agent", of = ticket) =>
  service.call("POST", `/tickets/${of}/drafts/${place}/sending`, { body: content, headers });
const draftsOf = async (of = ticket) => (await service.call("GET", `/tickets/${of}/drafts`)).body;
const messagesOf = async (of = ticket) => (await service.call("GET", `/tickets/${of}/messages`)).body.items;
const mailsOf = async (of = ticket) =>
  service.db.transaction(service.deskId, (tx) =>
    tx
      .selectFrom("outgoing_mail as m")
      .innerJoin("blob as b", "b.sha256", "m.mime_sha256")
      .selectAll("m")
      .select("b.bytes")
      .where("m.ticket_id", "=", of)
      .where("m.purpose", "=", "reply")
      .orderBy("m.outgoing_mail_id")
      .execute(),
  );

/** What the jobs do when their time has come; run twice, as after a crash. */
async function runJobs() {
  const waiting = await service.db.transaction(service.deskId, (tx) =>
    tx.selectFrom("draft").select("draft_id").where("send_at", "is not", null).execute(),
  );
  const run = ({ draft_id: draftId }: { draft_id: string }) =>
    sendDraft(service.db, service.world, { deskId: service.deskId, draftId });
  await Promise.all([...waiting, ...waiting].map(run));
  for (const draft of waiting) await run(draft);
}

async function upload(name: string, bytes: string, type = "application/octet-stream"): Promise<string> {
  const headers = { "content-type": type, authorization: `Bearer ${service.token}` };
  const path = `/api/v1/uploads?name=${encodeURIComponent(name)}`;
  const sent = await service.api.request(path, { method: "POST", headers, body: Buffer.from(bytes, "latin1") });
  return ((await sent.json()) as { id: string }).id;
}

test("a reply waits for as long as it can be taken back, and is sent once", async () => {
  const before = await service.call("GET", `/tickets/${ticket}`);
  const said = (await messagesOf()).length;
  const { status, body } = await send({ text: "Bonjour." });
  expect([status, body.state, body.sendAt]).toEqual([202, "sending", "2026-11-23T13:02:11.000Z"]);
  await runJobs(); // Too early.
  expect(await messagesOf()).toHaveLength(said);
  expect((await service.call("GET", `/tickets/${ticket}`)).body).toEqual(before.body);

  service.clock.advance(10_000);
  await runJobs();
  expect((await messagesOf()).slice(said)).toMatchObject([{ id: body.messageId, kind: "agent", text: "Bonjour." }]);
  expect(await mailsOf()).toHaveLength(1);
  expect((await service.call("GET", `/tickets/${ticket}`)).body.state).toBe("waiting");
  expect(await draftsOf()).toMatchObject({ items: [], sending: [] });
  expect((await service.call("DELETE", `/tickets/${ticket}/sendings/${body.messageId}`)).status).toBe(409);
});

test("no clock moves by composing, nor by sending", async () => {
  const of = await openTicket("clock@agence.example");
  const clocks = async () => (await service.call("GET", `/tickets/${of}`)).body.clocks;
  const before = await clocks();
  await service.call("PUT", `/tickets/${of}/drafts/agent`, { body: { text: "Bon" } });
  await send({ text: "Bonjour." }, newKey(), "agent", of);
  expect(await clocks()).toEqual(before);
  service.clock.advance(10_000);
  await runJobs();
  const response = (all: { target: string; outcome: string }[]) => all.find(({ target }) => target === "response");
  expect(response(await clocks())).toEqual(response(before)); // It waits for its notice to be received.
});

test("what is taken back is a draft again, together with what was begun meanwhile, and is never sent", async () => {
  const of = await openTicket("undo@agence.example");
  const file = await upload("plan.txt", "plan");
  const { body } = await send({ text: "Premier.", uploads: [file] }, newKey(), "agent", of);
  await service.call("PUT", `/tickets/${of}/drafts/agent`, { body: { text: "Second." } });
  const taken = await service.call("DELETE", `/tickets/${of}/sendings/${body.messageId}`);
  expect(taken.body).toMatchObject({
    content: { text: "Premier.\n\nSecond.", uploads: [file] },
    files: [{ name: "plan.txt" }],
  });
  service.clock.advance(60_000);
  await runJobs();
  expect(await mailsOf(of)).toEqual([]);
  expect(await draftsOf(of)).toMatchObject({ items: [{ place: "agent" }], sending: [] });
});

test("taking back and sending at the same moment: one of them", async () => {
  const outcomes = new Set<string>();
  for (let n = 0; n < 8; n++) {
    const of = await openTicket(`race${n}@agence.example`);
    const { body } = await send({ text: "Maintenant." }, newKey(), "agent", of);
    service.clock.advance(10_000);
    const jobs = runJobs();
    const undo = service.call("DELETE", `/tickets/${of}/sendings/${body.messageId}`);
    const [{ status }] = await Promise.all([undo, jobs]);
    const [mails, { items }] = [await mailsOf(of), await draftsOf(of)];
    expect([status, mails.length, items.length]).toEqual(status === 200 ? [200, 0, 1] : [409, 1, 0]);
    outcomes.add(String(status));
  }
  expect(outcomes.size).toBeGreaterThan(0);
});

test("a job that was lost is added again, and nothing is sent twice", async () => {
  const of = await openTicket("lost@agence.example");
  await send({ text: "Perdu ?" }, newKey(), "agent", of);
  const jobs = () =>
    service.db.pool.query("select 1 from graphile_worker.jobs where key like 'send-draft:%' and run_at <= now()");
  await service.db.pool.query("delete from graphile_worker._private_jobs where key like 'send-draft:%'");
  service.clock.advance(16_000);
  await requeueSendings(service.db, service.world, service.deskId);
  expect((await jobs()).rowCount).toBeGreaterThan(0);
  await runJobs();
  await runJobs();
  expect(await mailsOf(of)).toHaveLength(1);
});

test("sent again under the same key, also after it was sent, it is sent once; another text is refused", async () => {
  const of = await openTicket("again@agence.example");
  const key = newKey();
  const first = await send({ text: "Une fois." }, key, "agent", of);
  expect((await send({ text: "Une fois." }, key, "agent", of)).body).toEqual(first.body);
  expect((await send({ text: "Autre." }, key, "agent", of)).status).toBe(422);
  service.clock.advance(10_000);
  await runJobs();
  const later = await send({ text: "Une fois." }, key, "agent", of);
  expect([later.status, later.body]).toMatchObject([201, { messageId: first.body.messageId, state: "sent" }]);
  const many = await Promise.all(
    [1, 2, 3].map(() => send({ text: "Ensemble." }, { "idempotency-key": "all" }, "agent", of)),
  );
  expect(new Set(many.map(({ body }) => body.messageId)).size).toBe(1);
  service.clock.advance(10_000);
  await runJobs();
  expect(await mailsOf(of)).toHaveLength(2);
});

test("with no time to take back it is sent at once; closed meanwhile, it is a draft that says so", async () => {
  const as = await service.tokenOf("agent");
  const of = await openTicket("now@agence.example");
  await service.call("PUT", "/me/writing", { as, body: { undoSeconds: 0, signatures: { fr: "An P.\nAgence" } } });
  const post = (text: string) =>
    service.call("POST", `/tickets/${of}/drafts/agent/sending`, { as, headers: newKey(), body: { text } });
  expect(await post("Tout de suite.")).toMatchObject({ status: 201, body: { state: "sent" } });
  const [mail] = await mailsOf(of);
  expect((await PostalMime.parse(mail!.bytes)).text).toContain("Tout de suite.\n\nAn P.\nAgence\n");

  const { body } = await send({ text: "Trop tard." }, newKey(), "agent", of);
  await service.call("POST", `/tickets/${of}/closure`, { body: { as: "solved" } });
  service.clock.advance(10_000);
  await runJobs();
  expect(await draftsOf(of)).toMatchObject({ items: [{ problem: "already-closed", content: { text: "Trop tard." } }] });
  expect((await messagesOf(of)).some(({ id }: { id: string }) => id === body.messageId)).toBe(false);
});

test("a draft is its agent's; a second window is told; empty, it is gone", async () => {
  const of = await openTicket("windows@agence.example");
  const put = (text: string, version: string) =>
    service.call("PUT", `/tickets/${of}/drafts/agent`, { body: { text }, headers: { "if-match": `"${version}"` } });
  expect(await put("Un", "0")).toMatchObject({ status: 200, body: { version: 1 } });
  expect(await put("Autre", "0")).toMatchObject({ status: 412 });
  expect(await put("Deux", "1")).toMatchObject({ status: 200, body: { version: 2 } });
  const other = await service.tokenOf("agent");
  expect((await service.call("GET", `/tickets/${of}/drafts`, { as: other })).body.items).toEqual([]);
  const stranger = await service.call("GET", `/tickets/${of}/drafts`, { as: service.otherToken });
  expect(stranger.status).toBe(404);
  expect(await put("", "2")).toMatchObject({ status: 200, body: { version: 0 } });
  expect((await draftsOf(of)).items).toEqual([]);
});

test("To, Cc, Bcc: each gets a copy, no copy shows Bcc, and one mail shows what was written", async () => {
  const of = await openTicket("to@agence.example");
  const picture = await upload("écran.png", "\x89PNG\r\n\x1a\n1234", "image/png");
  const file = await upload('a"\r\nBcc: x@y.z.pdf', "%PDF", "application/pdf");
  const text = `Bonjour {{customer.name}},\n\n**Gras** et [lien](https://agence.example/?a=1&b=2), <script>alert(1)</script>\n\n![écran](upload:${picture})`;
  const content = {
    format: "markdown",
    text,
    uploads: [picture, file],
    to: ["to@agence.example", "ZOE@agence.example"],
  };
  const sent = await send(
    { ...content, cc: ["eva@agence.example"], bcc: ["secret@agence.example"] },
    newKey(),
    "agent",
    of,
  );
  expect(sent.status).toBe(202);
  service.clock.advance(10_000);
  await runJobs();
  const mails = await mailsOf(of);
  expect(mails.map(({ to_address }) => to_address).toSorted()).toEqual([
    "eva@agence.example",
    "secret@agence.example",
    "to@agence.example",
    "zoe@agence.example",
  ]);
  expect(new Set(mails.map(({ return_token }) => return_token)).size).toBe(4);
  expect(new Set(mails.map(({ message_id }) => message_id)).size).toBe(1);
  expect(mails[0]!.bytes.toString()).not.toMatch(/secret@|^Bcc/im);
  const mail = await PostalMime.parse(mails[0]!.bytes);
  expect(mail.to?.map(({ address }) => address)).toEqual(["to@agence.example", "zoe@agence.example"]);
  expect(mail.cc?.map(({ address }) => address)).toEqual(["eva@agence.example"]);
  expect(mail.text).toContain(
    "Bonjour Léa <b>Dubois</b>,\n\nGras et lien (https://agence.example/?a=1&b=2), <script>alert(1)</script>",
  );
  expect(mail.html).toContain("<strong>Gras</strong>");
  expect(mail.html).not.toMatch(/<script|<b>Dubois/);
  const [shown, beside] = mail.attachments;
  expect(shown).toMatchObject({ mimeType: "image/png", disposition: "inline" });
  expect(mail.html).toContain(`src="cid:${shown!.contentId!.slice(1, -1)}"`);
  expect(beside).toMatchObject({ filename: "aBcc x@y.z.pdf", mimeType: "application/pdf", disposition: "attachment" });
  const message = (await messagesOf(of)).at(-1);
  expect(message).toMatchObject({ hasHtml: true, recipients: { bcc: ["secret@agence.example"] } });
  const page = await service.call("GET", `/tickets/${of}/messages/${message.id}/html`);
  expect(page.body).toContain("data:image/png;base64,");
});

test.each([
  [{ to: ["a@b.example\r\nBcc: x@y.example"] }, "no address"],
  [{ cc: ["Zoé <zoe@agence.example>"] }, "no address"],
  [{ bcc: ["a@b.example,c@d.example"] }, "no address"],
  [{ to: ["helpdesk@whise.eu"] }, "mailbox of this desk"],
  [{ text: "Bonjour {{customer.nom}}" }, '"{{customer.nom}}" is no variable'],
  [{ text: "De {{organisation.name}}" }, 'Nothing is known for "{{organisation.name}}"'],
  [{ text: " " }, "no text yet"],
  [{ uploads: ["00000000-0000-7000-8000-000000000000"] }, "not there any more"],
])("%j is told before it is sent", async (content, told) => {
  const { status, body } = await send({ text: "Bonjour.", ...content });
  expect([status, body.detail]).toEqual([422, expect.stringContaining(told)]);
});

test("a file that somebody else handed over cannot be sent", async () => {
  const file = await upload("plan.txt", "plan");
  const as = await service.tokenOf("agent");
  const of = await openTicket("file@agence.example");
  const body = { text: "Voici.", uploads: [file] };
  const { status } = await service.call("POST", `/tickets/${of}/drafts/agent/sending`, { as, headers: newKey(), body });
  expect(status).toBe(422);
});

test("a note that names colleagues says so in the ticket's history, and is sent at once", async () => {
  const mentions = ["agent:1", "team:2"];
  const { status, body } = await send({ text: "@An regardez", mentions }, newKey(), "note");
  expect(status).toBe(201);
  const events = (await service.call("GET", `/tickets/${ticket}/events`)).body.items;
  expect(events.at(-1)).toMatchObject({ type: "mentioned", data: { messageId: body.messageId, mentions } });
});

test("what is said beside is in nothing that goes to the customer", async () => {
  const of = await openTicket("beside@agence.example");
  const content = { text: "SECRET {{ticket.number}}", to: ["luc@notaire.example"], subject: "SECRET Acte" };
  await send(content, newKey(), "side", of);
  service.clock.advance(10_000);
  await runJobs();
  const { items } = (await service.call("GET", `/tickets/${of}/side-threads`)).body;
  expect(items).toMatchObject([{ subject: "SECRET Acte", partners: [{ address: "luc@notaire.example" }] }]);
  await send({ text: "Pour vous." }, newKey(), "agent", of);
  service.clock.advance(10_000);
  await runJobs();
  for (const mail of await mailsOf(of)) expect(mail.bytes.toString()).not.toMatch(/SECRET|notaire/);
  for (const path of ["messages", "events", "evidence", "proof", "clocks"]) {
    const { body } = await service.call("GET", `/tickets/${of}/${path}`);
    expect(JSON.stringify(body)).not.toMatch(/SECRET|notaire/);
  }
  expect(JSON.stringify((await service.call("GET", `/outgoing-mails?ticketId=${of}`)).body)).not.toMatch(/SECRET/);
});
