import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
beforeAll(async () => {
  service = await openTestApi("form");
});
afterAll(() => service?.close());

const FAULT = { kind: "fault", stopped: "hurt", around: "partly" };
const REQUEST = {
  ...{ email: "lea@agence.example", name: "Léa", language: "fr", subject: "Une photo", text: "Elle reste floue." },
  answers: FAULT,
};
let keys = 0;
const newKey = () => `a key of the browser ${++keys}`;

const send = (body: object, key = newKey(), desk = "whise") =>
  service.call("POST", `/desks/${desk}/requests`, { as: null, body, headers: { "idempotency-key": key } });

async function ticketOf(number: number) {
  const { items } = (await service.call("GET", "/tickets?state=all&order=newest")).body;
  return (items as { number: number; id: string }[]).find((each) => each.number === number)!;
}

test("a request becomes a ticket with the priority that its answers give, by the desk's table", async () => {
  const sent = await send(REQUEST);
  expect(sent).toMatchObject({ status: 201, body: { priority: "high" } });
  const ticket = await ticketOf(sent.body.number);
  expect(ticket).toMatchObject({ subject: "Une photo", priority: "high", source: "form", language: "fr" });
  const { items } = (await service.call("GET", `/tickets/${ticket.id}/messages`)).body;
  expect(items).toMatchObject([{ kind: "customer", text: "Elle reste floue." }]);
  const mails = (await service.call("GET", `/outgoing-mails?ticketId=${ticket.id}`)).body.items;
  expect(mails).toMatchObject([{ purpose: "notice", to: "lea@agence.example" }]);
});

test("the screen that shows the number is the receipt, from the moment that the browser comes for it", async () => {
  const { body } = await send(REQUEST);
  const link = `/desks/whise/requests/${body.number}/${body.signature}`;
  service.clock.advance(5_000);
  const before = await service.call("GET", link, { as: null });
  expect(before.body).toMatchObject({ number: body.number, state: "new", priority: "high", notifiedAt: null });
  const id = (await ticketOf(body.number)).id;
  expect((await service.call("PUT", `${link}/shown/forged`, { as: null })).status).toBe(404);
  const shownAt = new Date(service.clock.now()).toISOString();
  for (let times = 0; times < 2; times += 1) {
    expect((await service.call("PUT", `${link}/shown/${body.shown}`, { as: null })).status).toBe(204);
    service.clock.advance(1_000);
  }
  const [clock] = (await service.call("GET", `/tickets/${id}`)).body.clocks;
  expect(clock).toMatchObject({ target: "response", outcome: "met", receipt: "displayed", stoppedAt: shownAt });
  const evidence = (await service.call("GET", `/tickets/${id}/evidence`)).body.items as { source: string }[];
  expect(evidence.filter(({ source }) => source === "form")).toHaveLength(1);
  expect((await service.call("GET", link, { as: null })).body).toMatchObject({ notifiedAt: shownAt });
});

test("sent again after a broken connection, also twice at once, it is registered once", async () => {
  const key = newKey();
  const answers = await Promise.all([send(REQUEST, key), send(REQUEST, key), send(REQUEST, key)]);
  const again = await send(REQUEST, key);
  const numbers = [...answers, again].map(({ status, body }) => [status, body.number]);
  expect(new Set(numbers.map(String)).size).toBe(1);
  expect(numbers[0]![0]).toBe(201);
  const other = await send({ ...REQUEST, text: "Autre chose." }, key);
  expect(other).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("Nothing of this one was sent") },
  });
});

test.each([
  ["no address", { email: "nobody" }, 422],
  ["the desk's own mailbox", { email: "helpdesk@whise.eu" }, 422],
  ["what only programs fill in", { website: "https://spam.example" }, 422],
  ["no subject", { subject: " " }, 400],
  ["no words", { text: "" }, 400],
  ["an answer that is none", { answers: { kind: "other" } }, 400],
  ["a NUL character", { text: "a\0b" }, 422],
])("%s is refused with a sentence, and nothing is sent", async (_, change, status) => {
  const before = (await service.call("GET", "/tickets?state=all&limit=100")).body.items.length;
  const refused = await send({ ...REQUEST, ...change });
  expect(refused).toMatchObject({ status, body: { detail: expect.stringMatching(/\w+/) } });
  expect((await service.call("GET", "/tickets?state=all&limit=100")).body.items.length).toBe(before);
});

test("without a key, or with a short one, it is refused: a broken connection would make two of it", async () => {
  const path = "/desks/whise/requests";
  expect((await service.call("POST", path, { as: null, body: REQUEST })).status).toBe(400);
  expect((await send(REQUEST, "short")).status).toBe(400);
});

test("one address may not flood the desk, nor any mailbox by way of it", async () => {
  const email = "flood@agence.example";
  const statuses: number[] = [];
  for (let times = 0; times < 32; times += 1) statuses.push((await send({ ...REQUEST, email })).status);
  expect(statuses).toEqual([...Array(30).fill(201), 429, 429]);
  service.clock.advance(3_600_001);
  expect((await send({ ...REQUEST, email })).status).toBe(201);
});

test("a link leads to its own ticket alone, on its own desk", async () => {
  const [one, other] = [await send(REQUEST), await send(REQUEST)];
  for (const path of [
    `/desks/whise/requests/${one.body.number}/${other.body.signature}`,
    `/desks/whise/requests/${one.body.number}/${one.body.shown}`,
    `/desks/other/requests/${one.body.number}/${one.body.signature}`,
    `/desks/none/requests/${one.body.number}/${one.body.signature}`,
    `/desks/whise/requests/0/${one.body.signature}`,
  ])
    expect([path, (await service.call("GET", path, { as: null })).status]).toEqual([path, 404]);
});

test("words that sound worse than the answers are looked at", async () => {
  const text = "Plus rien ne fonctionne, toute l’agence est bloquée, impossible de travailler, c’est urgent.";
  const { body } = await send({ ...REQUEST, subject: "URGENT: tout est bloqué", text, answers: { kind: "question" } });
  expect(await ticketOf(body.number)).toMatchObject({ priority: "low", toBeClassified: true });
});

test("the form asks the questions in each language, and says which answers give what", async () => {
  const asked = await Promise.all(
    ["fr", "nl", "en"].map((language) => service.call("GET", `/desks/whise/form?language=${language}`, { as: null })),
  );
  const questions = asked.map(({ body }) => body.questions.stopped.question as string);
  expect(new Set(questions).size).toBe(3);
  expect(asked[0]!.body.table.fault.stopped.no).toBe("urgent");
});
