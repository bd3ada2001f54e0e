import { openFeedback } from "@permanence/feedback";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let zoe: string;
let tom: string;
beforeAll(async () => {
  service = await openTestApi("suggestions");
  zoe = await service.customerTokenOf("zoe.martin@agence.example");
  tom = await service.customerTokenOf("tom@immo.example");
});
afterAll(() => service?.close());

const as = (token: string | null, method: string, path: string, body?: unknown, headers = {}) =>
  service.call(method, path, { as: token, headers, ...(body !== undefined && { body }) });
const agent = (method: string, path: string, body?: unknown, headers = {}) =>
  as(service.token, method, path, body, headers);
const anybody = (method: string, path: string) => as(null, method, `/desks/whise${path}`);

async function proposed(title: string): Promise<string> {
  const { body } = await as(zoe, "POST", "/my/suggestions", { title, text: `${title}, chaque mois.` });
  return body.id;
}
async function approved(title: string): Promise<string> {
  const id = await proposed(title);
  await agent("PUT", `/suggestions/${id}/moderation`, { decision: "approved" });
  return id;
}

test("a suggestion goes from its author through the queue to everybody, and back out with a reason", async () => {
  const id = await proposed("Exporter les annonces");
  expect(await anybody("GET", `/suggestions/${id}`)).toMatchObject({ status: 404 });
  expect((await as(tom, "GET", `/my/suggestions/${id}`)).status).toBe(404);
  expect((await agent("GET", "/suggestions/waiting")).body).toMatchObject({
    ...{ count: 1, items: [{ suggestionId: id, commentId: null }] },
  });
  const { body, status } = await agent("PUT", `/suggestions/${id}/moderation`, { decision: "approved" });
  expect([status, body.moderation]).toEqual([200, "approved"]);
  expect((await anybody("GET", "/suggestions")).body.items).toMatchObject([{ id, by: null, votes: 1 }]);
  expect((await agent("PUT", `/suggestions/${id}/moderation`, { decision: "rejected" })).status).toBe(400);
  await agent("PUT", `/suggestions/${id}/moderation`, { decision: "rejected", reason: "Existe déjà." });
  expect(await anybody("GET", `/suggestions/${id}`)).toMatchObject({ status: 404 });
  expect((await as(zoe, "GET", `/my/suggestions/${id}`)).body).toMatchObject({ moderationReason: "Existe déjà." });
});

test("two agents do not overwrite each other", async () => {
  const id = await approved("Trier les visites");
  const [first, second] = await Promise.all(
    ["Un", "Deux"].map((title) => agent("PATCH", `/suggestions/${id}`, { title }, { "if-match": '"2"' })),
  );
  expect([first!.status, second!.status].toSorted((a, b) => a - b)).toEqual([200, 412]);
});

test("one click ends following: for programs by POST without a session, for browsers by a page", async () => {
  const id = await approved("Un mode sombre");
  await as(tom, "PUT", `/my/suggestions/${id}/follow`);
  await agent("PUT", `/suggestions/${id}/state`, { state: "planned" });
  const news = await service.db.transaction(service.deskId, (tx) =>
    tx.selectFrom("suggestion_news").selectAll().where("suggestion_id", "=", id).execute(),
  );
  const { tasks } = openFeedback(service.db, service.world);
  for (const { event_id: eventId, contact_id: contactId } of news) {
    await tasks["suggestion-news"]!({ deskId: service.deskId, eventId, contactId }, { attempts: 1, maxAttempts: 1 });
  }
  const { bytes } = await service.db.transaction(service.deskId, (tx) =>
    tx
      .selectFrom("outgoing_mail")
      .innerJoin("blob", "sha256", "mime_sha256")
      .select("bytes")
      .where("to_address", "=", "tom@immo.example")
      .where("purpose", "=", "suggestion")
      .executeTakeFirstOrThrow(),
  );
  const [, path] = /List-Unsubscribe:\s*<http:\/\/desk\.example\/api\/v1(\/\S+)>/.exec(bytes.toString())!;
  const page = await as(null, "GET", path!, undefined, { accept: "text/html" });
  expect([page.status, path!.endsWith("none")]).toEqual([303, false]);
  expect((await as(null, "GET", path!)).body).toEqual({ title: "Un mode sombre", follows: true });
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const ended = await as(null, "POST", path!, "List-Unsubscribe=One-Click", form);
  expect(ended).toMatchObject({ status: 200, body: { follows: false } });
  expect((await as(null, "POST", path!)).body.follows).toBe(false);
  expect((await as(tom, "GET", `/my/suggestions/${id}`)).body.follows).toBe(false);
  expect((await agent("GET", `/suggestions/${id}`)).body).toMatchObject({ followers: 1, news: { queued: 2 } });
});

let mails = 0;
async function ticketOf(text: string): Promise<string> {
  service.clock.advance(1_000);
  const mail = await service.receive(
    `From: Zoé Martin <zoe.martin@agence.example>\nTo: helpdesk@whise.eu\nSubject: Idée ${++mails}\nMessage-ID: <z${mails}@agence.example>\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`,
  );
  return (await agent("GET", `/inbound-mails/${mail}`)).body.ticketId;
}

test("a ticket becomes a suggestion in words that name nobody, once, and its customer is told in the ticket", async () => {
  const ticketId = await ticketOf("Il faudrait exporter les baux. Zoé Martin, 0470/12.34.56");
  const worded = { title: "Exporter les baux", language: "fr" };
  const ticket = { ticketId, reply: "Votre idée est publiée.", closes: true };
  const personal = await agent("POST", "/suggestions", { ...worded, text: "Zoé Martin, 0470/12.34.56", ticket });
  expect(personal).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/0470\/12\.34\.56.*Martin/) } });
  const made = await agent("POST", "/suggestions", { ...worded, text: "Exporter les baux en PDF.", ticket });
  expect(made).toMatchObject({ status: 201, body: { moderation: "approved", followers: 1, votes: 1 } });
  const { id, tickets, proposer } = made.body;
  expect([tickets, proposer.name]).toEqual([
    [expect.objectContaining({ id: ticketId, made: "suggestion" })],
    "Zoé Martin",
  ]);
  const messages = (await agent("GET", `/tickets/${ticketId}/messages`)).body.items;
  expect(messages.at(-1)).toMatchObject({ kind: "agent", text: expect.stringContaining(`/fr/suggestions/${id}`) });
  expect((await agent("GET", `/tickets/${ticketId}`)).body).toMatchObject({ state: "closed" });
  expect((await agent("GET", `/suggestions?ticketId=${ticketId}`)).body.items).toMatchObject([{ id }]);
  expect((await agent("POST", "/suggestions", { ...worded, text: "Encore.", ticket })).status).toBe(409);
  const shown = await anybody("GET", `/suggestions/${id}`);
  expect(JSON.stringify(shown.body)).not.toMatch(/Martin|Zoé|zoe|agence/);
});

test("a suggestion becomes a ticket of whoever made it, linked at both ends; of nobody it cannot", async () => {
  const id = await approved("Les photos sont à l’envers");
  const wanted = { subject: "Photos", text: "À l’envers.", priority: "normal", priorityReason: "Une panne." };
  const opened = await agent("POST", `/suggestions/${id}/ticket`, wanted);
  expect(opened.status).toBe(201);
  const { ticketId } = opened.body;
  expect((await agent("GET", `/suggestions/${id}`)).body.tickets).toMatchObject([{ id: ticketId, made: "ticket" }]);
  const notices = (await agent("GET", `/outgoing-mails?ticketId=${ticketId}`)).body.items;
  expect(notices).toMatchObject([{ to: "zoe.martin@agence.example", purpose: "notice" }]);
  const events = (await agent("GET", `/tickets/${ticketId}/events`)).body.items;
  expect(events).toContainEqual(
    expect.objectContaining({ type: "suggestion", data: { suggestionId: id, made: "ticket" } }),
  );
  const own = await agent("POST", "/suggestions", { title: "De nous", text: "Une idée.", language: "fr" });
  expect((await agent("POST", `/suggestions/${own.body.id}/ticket`, wanted)).status).toBe(409);
});

test("a comment on the service goes where the person chooses", async () => {
  const said = { title: "Vos délais", text: "La réponse est arrivée bien vite, merci à tous." };
  const [open, between] = [
    await as(tom, "POST", "/my/service-comments", { ...said, as: "suggestion" }),
    await as(tom, "POST", "/my/service-comments", { ...said, as: "ticket" }),
  ];
  expect(open).toMatchObject({ status: 201, body: { as: "suggestion" } });
  expect((await as(tom, "GET", `/my/suggestions/${open.body.id}`)).body).toMatchObject({ about: "service" });
  expect(between).toMatchObject({ status: 201, body: { as: "ticket", number: expect.any(Number) } });
});

test("another desk sees and moves nothing of it", async () => {
  const id = await approved("Une carte des biens");
  const stranger = await service.customerTokenOf("zoe.martin@agence.example", service.otherDeskId);
  expect((await as(stranger, "PUT", `/my/suggestions/${id}/vote`)).status).toBe(404);
  expect((await as(null, "GET", `/desks/other/suggestions/${id}`)).status).toBe(404);
  const there = await as(service.otherToken, "PUT", `/suggestions/${id}/state`, { state: "planned" });
  expect(there.status).toBe(404);
  expect((await as(service.otherToken, "GET", "/suggestions")).body.items).toEqual([]);
});

test("whoever takes themselves out leaves no name, also for agents", async () => {
  const kim = await service.customerTokenOf("kim@immo.example");
  const { body } = await as(kim, "POST", "/my/suggestions", { title: "Un agenda", text: "Un agenda partagé." });
  expect((await as(kim, "DELETE", "/my/suggestions")).status).toBe(204);
  expect((await agent("GET", `/suggestions/${body.id}`)).body).toMatchObject({
    proposer: null,
    votes: 0,
    followers: 0,
  });
  expect((await as(kim, "GET", "/my/suggestions")).body.items).toEqual([]);
});
