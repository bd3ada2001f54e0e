import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let zoe: string;
let number = 0;
let ticketId = "";
beforeAll(async () => {
  service = await openTestApi("customer portal");
  ({ number, id: ticketId } = await registered("Photo floue"));
  zoe = await service.customerTokenOf("zoe@agence.example");
});
afterAll(() => service?.close());

const DAY_MS = 86_400_000;
let mails = 0;

/** A new ticket of Zoe's, with a picture in its HTML and a note of an agent's. */
async function registered(subject: string): Promise<{ number: number; id: string }> {
  await service.receive(`From: Zoe <zoe@agence.example>
To: helpdesk@whise.eu
Subject: ${subject}
Message-ID: <portal-${++mails}@agence.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Voyez <script>alert(1)</script><img src="https://elsewhere.example/x.png"></p>
--b
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment; filename=notes.txt

Rien ne va.
--b--
`);
  service.clock.advance(1_000);
  const [ticket] = (await service.call("GET", "/tickets?state=all&order=newest&limit=1")).body.items;
  await service.call("POST", `/tickets/${ticket.id}/messages`, { body: { kind: "note", text: "Attention, secret." } });
  return ticket;
}

const my = (method: string, path: string, options: { body?: unknown; key?: string; at?: string; as?: string } = {}) =>
  service.call(method, `/my/tickets/${path}`, {
    as: options.as ?? zoe,
    ...(options.body !== undefined && { body: options.body }),
    headers: { ...(options.key && { "idempotency-key": options.key }), ...(options.at && { "if-match": options.at }) },
  });

const upload = (name: string, bytes: string, as = zoe) =>
  service.call("POST", `/my/uploads?name=${name}`, { as, body: bytes, headers: { "content-type": "text/plain" } });

const agentsTicket = async (id = ticketId) => (await service.call("GET", `/tickets/${id}`)).body;
const eventsOf = async (id: string) =>
  (await service.call("GET", `/tickets/${id}/events`)).body.items.map((event: { type: string }) => event.type);

test("a customer reads their tickets, and nothing that agents say among themselves", async () => {
  const list = await service.call("GET", "/my/tickets?state=open-ones", { as: zoe });
  expect(list.body.items).toMatchObject([{ number, subject: "Photo floue", isOwn: true, lastBy: "customer" }]);
  expect((await service.call("GET", "/my/tickets?state=closed", { as: zoe })).body.items).toEqual([]);
  const agent = { body: { kind: "agent", text: "Quelle photo ?" } };
  await service.call("POST", `/tickets/${ticketId}/messages`, agent);
  const read = await my("GET", String(number));
  expect(read.body).toMatchObject({
    state: "waiting",
    answering: "open",
    messages: [
      { by: "customer", name: "Zoe" },
      { by: "agent", name: "An Peeters", text: "Quelle photo ?" },
    ],
  });
  expect(JSON.stringify(read.body)).not.toMatch(/secret|desk\.example/);
});

test("a note moves no version that a customer sees; a message does", async () => {
  const etag = async () => (await my("GET", String(number))).headers.get("etag");
  const before = await etag();
  await service.call("POST", `/tickets/${ticketId}/messages`, { body: { kind: "note", text: "Encore." } });
  expect(await etag()).toBe(before);
  await service.call("POST", `/tickets/${ticketId}/messages`, { body: { kind: "agent", text: "Alors ?" } });
  expect(await etag()).not.toBe(before);
});

test("HTML is sanitised and shut in, attachments are downloads", async () => {
  const { messages } = (await my("GET", String(number))).body;
  const html = await service.call("GET", messages[0].html.replace("/api/v1", ""), { as: zoe });
  expect(html.body).toContain("Voyez");
  expect(html.body).not.toMatch(/script|elsewhere/);
  expect(html.headers.get("content-security-policy")).toContain("sandbox");
  const file = await service.call("GET", messages[0].attachments[0].url.replace("/api/v1", ""), { as: zoe });
  expect(file).toMatchObject({ status: 200, body: expect.stringContaining("Rien ne va.") });
  expect(file.headers.get("content-disposition")).toMatch(/^attachment/);
});

test.each([
  ["fr", "Reçue", "Promis"],
  ["nl", "Ontvangen", "Beloofd"],
  ["en", "Received", "Promised"],
])("the clock is told in plain words: %s", async (language, received, promised) => {
  const { clock } = (await my("GET", `${number}?language=${language}`)).body;
  expect(clock.sentences[0]).toMatch(new RegExp(`^${received}.*14:02:01`));
  expect(clock.sentences.join(" ")).toContain(promised);
  expect(clock.sentences.join(" ")).not.toMatch(/undefined|NaN|@/);
});

test("the contact who sees the ticket signed in has its notice, once", async () => {
  expect((await agentsTicket()).notice).toMatchObject({ rung: "queued" });
  expect((await my("PUT", `${number}/shown`)).status).toBe(204);
  const version = (await agentsTicket()).version;
  expect((await agentsTicket()).clocks[0]).toMatchObject({ outcome: "met", receipt: "displayed" });
  expect((await my("PUT", `${number}/shown`)).status).toBe(204);
  expect((await agentsTicket()).version).toBe(version);
});

test("a reply with a file is filed as one by mail: once, reopening, and told to whoever saw less", async () => {
  const key = "a key of the browser 1";
  const file = await upload("plan.txt", "Le plan.");
  expect(file).toMatchObject({ status: 201, body: { name: "plan.txt", sizeBytes: 8 } });
  const body = { text: "La photo de la façade.", files: [file.body.id] };
  const at = (await my("GET", String(number))).headers.get("etag")!;
  service.clock.advance(1_000);
  expect((await my("POST", `${number}/messages`, { body, key, at: '"1"' })).status).toBe(412);
  const sent = await my("POST", `${number}/messages`, { body, key, at });
  expect(sent).toMatchObject({ status: 201, body: { number } });
  expect(await my("POST", `${number}/messages`, { body, key, at })).toMatchObject({ status: 201, body: sent.body });
  const again = await upload("plan.txt", "Le plan."); // By a browser whose connection broke.
  const repeated = { ...body, files: [again.body.id] };
  expect(await my("POST", `${number}/messages`, { body: repeated, key })).toMatchObject({ body: sent.body });
  const other = { ...body, files: [(await upload("autre.txt", "Autre.")).body.id] };
  expect((await my("POST", `${number}/messages`, { body: other, key })).status).toBe(422);
  expect((await my("POST", `${number}/messages`, { body: { text: "Autre." }, key })).status).toBe(422);
  const { messages } = (await my("GET", String(number))).body;
  expect(messages.at(-1)).toMatchObject({ text: body.text, attachments: [{ name: "plan.txt" }] });
  expect(messages.filter(({ text }: { text: string }) => text === body.text)).toHaveLength(1);
  expect(await agentsTicket()).toMatchObject({ state: "open" });
});

test.each([
  ["an empty file", "leer.txt", "", 422, "0 bytes"],
  ["a program", "virus.exe", "MZ", 422, "program"],
  ["a program under another name", "photo.jpg", "MZ\x90", 422, "program"],
])("%s is refused with a sentence", async (_, name, bytes, status, words) => {
  const refused = await upload(name, bytes);
  expect(refused).toMatchObject({ status, body: { detail: expect.stringContaining(words) } });
});

test("closed and reopened by the customer, whose agents see it", async () => {
  const { number: own, id } = await registered("Fermer");
  expect((await my("DELETE", `${own}/closure`)).status).toBe(409);
  expect((await my("POST", `${own}/closure`, { at: '"99"' })).status).toBe(412);
  expect((await my("POST", `${own}/closure`)).status).toBe(204);
  expect((await my("POST", `${own}/closure`)).status).toBe(409);
  expect(await agentsTicket(id)).toMatchObject({ state: "closed", closedAs: "solved" });
  expect((await my("DELETE", `${own}/closure`)).status).toBe(204);
  expect(await agentsTicket(id)).toMatchObject({ state: "open" });
  expect((await eventsOf(id)).filter((type: string) => type === "closed" || type === "state")).toEqual([
    "closed",
    "state",
  ]);
});

test("after 14 days a reply opens a new ticket, linked to the closed one", async () => {
  const { number: own, id } = await registered("Longtemps");
  await my("POST", `${own}/closure`);
  service.clock.advance(15 * DAY_MS);
  zoe = await service.customerTokenOf("zoe@agence.example");
  expect((await my("GET", String(own))).body.answering).toBe("new-ticket");
  expect((await my("DELETE", `${own}/closure`)).status).toBe(409);
  const body = { text: "Cela recommence." };
  const sent = await my("POST", `${own}/messages`, { body, key: "a key of the browser 2" });
  expect(sent.body.number).toBeGreaterThan(own);
  expect((await my("POST", `${own}/messages`, { body, key: "a key of the browser 2" })).body).toEqual(sent.body);
  const [newest] = (await service.call("GET", "/tickets?order=newest&limit=1")).body.items;
  expect(newest).toMatchObject({ number: sent.body.number, linkedTicket: { id } });
});

test("history can be read only", async () => {
  const { number: own, id } = await registered("Avant");
  await service.db.transaction(service.deskId, (tx) =>
    tx
      .updateTable("ticket")
      .set({ source: "history", state: "closed", closed_at: service.clock.now() })
      .where("ticket_id", "=", id)
      .execute(),
  );
  expect((await my("GET", String(own))).body).toMatchObject({ answering: "read-only", rating: null });
  const sent = await my("POST", `${own}/messages`, { body: { text: "Encore." }, key: "a key of the browser 3" });
  expect(sent.status).toBe(409);
  expect((await my("DELETE", `${own}/closure`)).status).toBe(409);
});

test("a colleague sees the organisation's tickets where the desk says so, and may answer", async () => {
  const colleague = await service.customerTokenOf("colleague@agence.example");
  const { body: organisation } = await service.call("POST", "/organisations", { body: { name: "Agence" } });
  const seen = async () => (await my("GET", String(number), { as: colleague })).status;
  await service.db.transaction(service.deskId, async (tx) => {
    const people = tx.selectFrom("contact_address").select("contact_id").where("address", "like", "%@agence.example");
    await tx
      .updateTable("contact")
      .set({ organisation_id: organisation.id })
      .where("contact_id", "in", people)
      .execute();
  });
  expect(await seen()).toBe(404);
  await service.db.transaction(service.deskId, (tx) =>
    tx
      .updateTable("organisation")
      .set({ sees: "organisation" })
      .where("organisation_id", "=", organisation.id)
      .execute(),
  );
  expect((await my("GET", String(number), { as: colleague })).body).toMatchObject({ isOwn: false, contactName: "Zoe" });
  const sent = { as: colleague, body: { text: "Moi aussi." }, key: "a key of the browser 5" };
  expect((await my("POST", `${number}/messages`, sent)).status).toBe(201);
  await service.db.transaction(service.deskId, (tx) =>
    tx.updateTable("organisation").set({ sees: "own" }).where("organisation_id", "=", organisation.id).execute(),
  );
  expect(await seen()).toBe(404);
});

test("whoever it is not for finds nothing", async () => {
  const { messages } = (await my("GET", String(number))).body;
  const [withFile] = messages;
  const notes = await service.db.transaction(service.deskId, (tx) =>
    tx
      .selectFrom("message")
      .select("message_id")
      .where("kind", "=", "note")
      .where("ticket_id", "=", ticketId)
      .execute(),
  );
  const [note, file] = [notes[0]!.message_id, (await upload("mine.txt", "Mine.")).body.id];
  const rating = { rating: "good", text: "" };
  const routes: [string, string, unknown?][] = [
    ["GET", `/my/tickets/${number}`],
    ["PUT", `/my/tickets/${number}/shown`],
    ["GET", `/my/tickets/${number}/messages/${withFile.id}/html`],
    ["GET", `/my/tickets/${number}/messages/${withFile.id}/attachments/0`],
    ["POST", `/my/tickets/${number}/messages`, { text: "Moi aussi." }],
    ["POST", `/my/tickets/${number}/closure`],
    ["DELETE", `/my/tickets/${number}/closure`],
    ["POST", `/my/tickets/${number}/rating`, rating],
    ["DELETE", `/my/uploads/${file}`],
  ];
  const people: [string, string | null, number][] = [
    ["a stranger", null, 401],
    ["an agent", service.token, 401],
    ["another customer", await service.customerTokenOf("lea@agence.example"), 404],
    ["one of another organisation", await service.customerTokenOf("bob@immo.example"), 404],
    ["the same address at another desk", await service.customerTokenOf("zoe@agence.example", service.otherDeskId), 404],
  ];
  const headers = { "idempotency-key": "a key of the browser 4" };
  for (const [who, as, status] of people)
    for (const [method, path, body] of routes) {
      const answer = await service.call(method, path, { as, headers, ...(body !== undefined && { body }) });
      expect([who, method, path, answer.status]).toEqual([who, method, path, status]);
    }
  for (const path of [`${number}/messages/${note}/html`, `${number}/messages/${note}/attachments/0`])
    expect((await my("GET", path)).status).toBe(404);
  expect((await service.call("GET", "/my/tickets", { as: people[2]![1]! })).body.items).toEqual([]);
  expect(
    (
      await my("POST", `${number}/messages`, {
        as: people[2]![1]!,
        body: { text: "x", files: [file] },
        key: headers["idempotency-key"],
      })
    ).status,
  ).toBe(404);
});
