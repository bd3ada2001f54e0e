import { askForRatings } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let lead: string;
beforeAll(async () => {
  service = await openTestApi("customer privacy");
  lead = await service.tokenOf("lead");
});
afterAll(() => service?.close());

const DAY_MS = 86_400_000;
let mails = 0;

async function registered(address: string, text = "Rien ne va.") {
  await service.receive(`From: Zoe Martin <${address}>
To: helpdesk@whise.eu
Subject: Ma demande
Message-ID: <privacy-${++mails}@agence.example>

${text}
`);
  service.clock.advance(1_000);
  const [ticket] = (await service.call("GET", "/tickets?state=all&order=newest&limit=1")).body.items;
  return ticket as { id: string; number: number };
}

const closed = (id: string, as = "solved") => service.call("POST", `/tickets/${id}/closure`, { body: { as } });

/** The newest mail to this address, as text. */
async function mailTo(address: string): Promise<{ subject: string; text: string } | undefined> {
  const { items } = (await service.call("GET", "/outgoing-mails?limit=200")).body;
  const newest = items.find((mail: { to: string }) => mail.to === address);
  return newest && { ...newest, ...(await service.call("GET", `/outgoing-mails/${newest.id}`)).body };
}

/** The address of the API behind a link in a closing mail. */
const linkIn = (text: string) => /http:\/\/desk\.example\/\w\w(\/ratings\/\d+\/\w+\/\w+)\?rating=good/.exec(text)?.[1];

test.each([
  ["fr", "Bonjour, la photo de mon bien est floue et je ne comprends pas pourquoi.", "est close", "satisfait"],
  ["nl", "Dag, de foto van mijn pand is wazig en ik begrijp niet waarom dat zo is.", "is gesloten", "tevreden"],
  ["en", "Hello, the photo of my property is blurred and I do not understand why.", "is closed", "content"],
])("a closing is told and asked about, ten minutes later, once: %s", async (language, text, subject, asked) => {
  const address = `${language}@agence.example`;
  const { id, number } = await registered(address, text);
  await closed(id);
  const ask = () => askForRatings(service.db, service.world, service.deskId);
  service.clock.advance(9 * 60_000);
  await ask();
  expect((await mailTo(address))?.subject).not.toContain(subject);
  service.clock.advance(2 * 60_000);
  await ask();
  const mail = (await mailTo(address))!;
  expect(mail.subject).toContain(subject);
  expect(mail.text).toContain(asked);
  const count = async () => (await service.call("GET", `/outgoing-mails?ticketId=${id}`)).body.items.length;
  const before = await count();
  await ask();
  expect(await count()).toBe(before);

  const link = `/desks/whise${linkIn(mail.text)}`;
  expect(await service.call("GET", link, { as: null })).toMatchObject({
    status: 200,
    body: { number, standing: "open" }, // However often a scanner follows it.
  });
  const rating = { rating: "bad", text: "Trop lent." };
  expect((await service.call("POST", `${link}x`, { as: null, body: rating })).status).toBe(404);
  expect((await service.call("POST", link, { as: null, body: rating })).status).toBe(204);
  expect((await service.call("POST", link, { as: null, body: rating })).status).toBe(409);
  expect((await service.call("GET", link, { as: null })).body).toMatchObject({ standing: "given", rating: "bad" });
  const events = (await service.call("GET", `/tickets/${id}/events`)).body.items;
  expect(events.at(-1)).toMatchObject({ type: "rated", actor: { kind: "customer" }, data: rating });
});

test("a closing that was taken back, is a duplicate, or came from the customer is not asked about", async () => {
  const slip = await registered("slip@agence.example");
  await closed(slip.id);
  await service.call("DELETE", `/tickets/${slip.id}/closure`);
  await closed((await registered("double@agence.example")).id, "duplicate");
  const self = await registered("self@agence.example");
  const as = await service.customerTokenOf("self@agence.example");
  await service.call("POST", `/my/tickets/${self.number}/closure`, { as });
  service.clock.advance(11 * 60_000);
  await askForRatings(service.db, service.world, service.deskId);
  for (const name of ["slip", "double", "self"])
    expect(linkIn((await mailTo(`${name}@agence.example`))?.text ?? "")).toBeUndefined();
  const rate = () =>
    service.call("POST", `/my/tickets/${self.number}/rating`, { as, body: { rating: "good", text: "" } });
  expect((await rate()).status).toBe(204); // On the page, at once.
  expect((await rate()).status).toBe(409);
  const { rating } = (await service.call("GET", `/my/tickets/${self.number}`, { as })).body;
  expect(rating).toEqual({ standing: "given", rating: "good" });
});

test("a link counts for its own closing only, and for 30 days", async () => {
  const { id } = await registered("again@agence.example");
  await closed(id);
  service.clock.advance(11 * 60_000);
  await askForRatings(service.db, service.world, service.deskId);
  const link = `/desks/whise${linkIn((await mailTo("again@agence.example"))!.text)}`;
  const standing = async () => (await service.call("GET", link, { as: null })).body.standing;
  service.clock.advance(29 * DAY_MS);
  expect(await standing()).toBe("open");
  service.clock.advance(2 * DAY_MS);
  expect(await standing()).toBe("expired");
  lead = await service.tokenOf("lead");
  await service.call("DELETE", `/tickets/${id}/closure`);
  await closed(id);
  expect(await standing()).toBe("expired");
  expect((await service.call("POST", link, { as: null, body: { rating: "good", text: "" } })).status).toBe(409);
});

test("reports count answers with what they are of", async () => {
  const report = (await service.call("GET", "/reports/ratings?from=2026-11-01&to=2027-01-31")).body;
  expect(report).toMatchObject({ answered: 4, good: 1, bad: 3, satisfaction: 0.25 });
  expect(report.asked).toBeGreaterThan(report.answered);
  const before = (await service.call("GET", "/reports/ratings?from=2026-01-01&to=2026-10-31")).body;
  expect(before).toMatchObject({ asked: 0, answered: 0, satisfaction: null });
});

test("a customer has a file of all that is kept about them, and of nobody else", async () => {
  const { id, number } = await registered("data@agence.example", "Mon texte.");
  await service.call("POST", `/tickets/${id}/messages`, { body: { kind: "note", text: "Une note secrète." } });
  const as = await service.customerTokenOf("data@agence.example");
  const proposed = {
    about: "product",
    title: "Plus de filtres",
    text: "Par quartier, ce serait utile.",
    language: "fr",
  };
  expect((await service.call("POST", "/my/suggestions", { as, body: proposed })).status).toBe(201);
  const file = await service.call("GET", "/my/data", { as });
  expect(file.headers.get("content-disposition")).toContain("attachment");
  expect(file.body).toMatchObject({
    person: { name: "Zoe Martin" },
    addresses: [{ address: "data@agence.example" }],
    signIns: [{ address: "data@agence.example" }],
    sessions: [{ address: "data@agence.example" }],
    others: { suggestions: [{ what: "followed" }, { what: "suggestion" }, { what: "vote" }] },
    tickets: [{ number, messages: [{ by: "customer", address: "data@agence.example" }] }],
  });
  expect(JSON.stringify(file.body)).toContain("Mon texte.");
  expect(JSON.stringify(file.body)).not.toMatch(/secrète|desk\.example"|slip@/);
});

test("erasing: asked, confirmed, done by a lead once no ticket is open; the proof stays", async () => {
  const { id } = await registered("gone@agence.example", "Mes secrets.");
  const as = await service.customerTokenOf("gone@agence.example");
  const ask = (confirmed: boolean) => service.call("PUT", "/my/erasure-request", { as, body: { confirmed } });
  expect((await ask(false)).status).toBe(422);
  expect((await ask(true)).body).toMatchObject({ standing: "waiting" });
  expect((await service.call("DELETE", "/my/erasure-request", { as })).status).toBe(204);
  expect((await service.call("DELETE", "/my/erasure-request", { as })).status).toBe(409);
  service.clock.advance(1_000);
  await ask(true);
  await ask(true);
  const list = async () => (await service.call("GET", "/erasure-requests", { as: lead })).body.items;
  const [waiting] = await list();
  expect(waiting).toMatchObject({ name: "Zoe Martin", addresses: ["gone@agence.example"], outcome: null, tickets: 1 });
  const alerts = async () =>
    (await service.call("GET", "/alerts")).body.items.filter(
      ({ kind, seenAt }: { kind: string; seenAt: string | null }) => kind === "erasure-asked" && seenAt === null,
    );
  expect(await alerts()).toHaveLength(1);
  const erase = (who: string) => service.call("POST", `/erasure-requests/${waiting.id}/erasure`, { as: who });
  expect((await erase(service.token)).status).toBe(403);
  expect((await erase(await service.tokenOf("lead", service.otherDeskId))).status).toBe(404);
  expect((await erase(lead)).status).toBe(409); // A ticket is open.
  await closed(id);
  expect((await erase(lead)).body).toMatchObject({
    outcome: "erased",
    name: "",
    addresses: [],
    handledBy: "An Peeters",
  });
  expect((await erase(lead)).status).toBe(409);
  expect(await alerts()).toEqual([]);
  expect((await service.call("GET", "/my", { as })).status).toBe(401);
  const left = await service.db.transaction(service.deskId, async (tx) => ({
    messages: await tx.selectFrom("message").selectAll().where("ticket_id", "=", id).execute(),
    mails: await tx.selectFrom("outgoing_mail").selectAll().where("state", "<>", "queued").execute(),
    contacts: await tx.selectFrom("contact_address").selectAll().execute(),
  }));
  expect(JSON.stringify(left)).not.toMatch(/gone@agence|Mes secrets/);
  const ticket = (await service.call("GET", `/tickets/${id}`)).body;
  expect(ticket).toMatchObject({ subject: "", clocks: [{ target: "response" }, expect.anything()] });
});

test("a refusal is read by whoever asked, with its reason", async () => {
  await registered("stay@agence.example");
  const as = await service.customerTokenOf("stay@agence.example");
  await service.call("PUT", "/my/erasure-request", { as, body: { confirmed: true } });
  const [{ id }] = (await service.call("GET", "/erasure-requests", { as: lead })).body.items;
  const refuse = (reason: string) =>
    service.call("POST", `/erasure-requests/${id}/refusal`, { as: lead, body: { reason } });
  expect((await refuse(" ")).status).toBe(400);
  expect((await refuse("Un litige est en cours.")).status).toBe(200);
  expect((await refuse("Encore.")).status).toBe(409);
  expect((await service.call("GET", "/my/erasure-request", { as })).body).toMatchObject({
    standing: "refused",
    reason: "Un litige est en cours.",
  });
});

test("signing out everywhere ends every session", async () => {
  const [one, two] = [
    await service.customerTokenOf("out@agence.example"),
    await service.customerTokenOf("out@agence.example"),
  ];
  expect((await service.call("DELETE", "/my/sessions", { as: one })).status).toBe(204);
  for (const as of [one, two]) expect((await service.call("GET", "/my", { as })).status).toBe(401);
});
