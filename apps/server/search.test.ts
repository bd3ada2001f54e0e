import { writeDueEntries } from "@permanence/search";
import { ENTRY_MAKERS } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let organisation: string;
const numbers = new Map<string, string>(); // A ticket's name, by its id.
beforeAll(async () => {
  service = await openTestApi("search");
  organisation = (await post("/organisations", { name: "Agence du Parc" }, "lead")).id;
  await service.call("PUT", `/organisations/${organisation}/domains/parc.example`, {
    as: await service.tokenOf("lead"),
  });
  for (const [name, contact, subject, text, more = {}] of TICKETS) {
    service.clock.advance(60_000);
    const ticket = await post("/tickets", { contact, subject, text, ...more });
    numbers.set(ticket.id, name);
  }
  await write();
});
afterAll(() => service?.close());

const LEA = { address: "lea@parc.example", name: "Léa Géradin" };
const JAN = { address: "jan@kantoor.example", name: "Jan Peeters" };
const ANN = { address: "ann@agency.example", name: "Ann Smith" };
type Made = [name: string, contact: object, subject: string, text: string, more?: object];
const TICKETS: Made[] = [
  [
    "publication",
    LEA,
    "Publication d’un bien",
    "L’annonce n’est plus publiée sur le portail depuis lundi.",
    { language: "fr" },
  ],
  ["facturation", LEA, "Facturation", "Deux factures portent le même numéro.", { language: "fr", priority: "urgent" }],
  ["energie", LEA, "Certificat énergétique", "Le PDF reste introuvable.", { language: "fr" }],
  ["panden", JAN, "Panden verdwenen", "Er ontbreken foto’s bij drie panden.", { language: "nl" }],
  ["afspraken", JAN, "Agenda", "Mijn afspraken worden niet gesynchroniseerd.", { language: "nl" }],
  ["viewings", ANN, "Viewings", "Two viewings were booked at the same hour.", { language: "en" }],
  ["listing", ANN, "A listing", "The photos of this listing were published twice.", { language: "en" }],
  ["portail", ANN, "Portal", "The portal is slow.", { language: "en" }],
];

async function post(path: string, body: object, role?: "lead") {
  const as = role === undefined ? service.token : await service.tokenOf(role);
  const answer = await service.call("POST", path, { as, body });
  expect([path, answer.status, answer.body]).toEqual([path, 201, expect.anything()]);
  return answer.body as { id: string; number: number };
}

const write = () => writeDueEntries(service.db, service.deskId, ENTRY_MAKERS, service.clock.now());
const search = async (q: string, token = service.token) =>
  await service.call("GET", `/search?q=${encodeURIComponent(q)}`, { as: token });
const namesOf = (body: { tickets: { ticket: { id: string } }[] }) =>
  body.tickets.map(({ ticket }) => numbers.get(ticket.id) ?? "another");

test.each([
  // As it is written, by the stem, without accents, in capitals.
  ["publication", ["publication"]],
  ["publié", ["publication"]],
  ["ÉNERGÉTIQUES", ["energie"]],
  ["energetique", ["energie"]],
  ["pand", ["panden"]],
  ["afspraak synchronisatie", []],
  ["viewing", ["viewings"]],
  ["publish", ["listing"]],
  // By its beginning, with one error of typing.
  ["factur", ["facturation"]],
  ["facturat", ["facturation"]],
  ["publcation", ["publication"]],
  ["afspraekn", ["afspraken"]],
  ["viewigns", ["viewings"]],
  // A word of the subject counts more than one of the text; words together; words in their order; words that are not.
  ["portail", ["portail", "publication"]], // One letter from "portal", and rare.
  ["portal", ["portail", "publication"]],
  ["photos listing", ["listing"]],
  ['"three photos"', []],
  ['"photos of this"', ["listing"]],
  ["photos -listing", []],
  ["the listing", ["listing"]],
  // Whom it is of.
  ["Géradin publication", ["publication"]],
  ["peeters", ["afspraken", "panden"]],
  ["jan@kantoor.example", ["afspraken", "panden"]],
  ["zzzzqq", []],
  // Filters.
  ["priority:urgent", ["facturation"]],
  ['org:"agence du p" lang:fr', ["energie", "facturation", "publication"]],
  ["org:parc -priority:urgent", ["energie", "publication"]],
  ["from:Jan", ["afspraken", "panden"]],
  ["from:lea@parc.example portail", ["publication"]],
  ["org:nobody", []],
  ["is:open lang:en", ["portail", "listing", "viewings"]],
  ["is:closed", []],
  ["is:unassigned lang:nl", ["afspraken", "panden"]],
  ["after:2026-11-22 lang:nl", ["afspraken", "panden"]],
  ["before:2026-11-23", []],
])("%s finds %j", async (q, expected) => {
  const { status, body } = await search(q);
  expect([status, namesOf(body).toSorted()]).toEqual([200, expected.toSorted()]);
});

test("of two that have the word, the one that has it in its subject comes first", async () => {
  expect(namesOf((await search("listing")).body)[0]).toBe("listing");
});

test("what was found is marked, and nothing of it is taken for HTML", async () => {
  const made = await post("/tickets", { contact: ANN, subject: "<b>Kiosk</b>", text: "The \u0002kiosk\u0003 & more." });
  await write();
  const [found] = (await search("kiosk")).body.tickets;
  expect(found.ticket.id).toBe(made.id);
  const marked = ({ text, marks }: { text: string; marks: [number, number][] }) =>
    marks.map(([from, until]) => text.slice(from, until));
  expect([found.subject.text, marked(found.subject)]).toEqual(["<b>Kiosk</b>", ["Kiosk"]]);
  expect(marked(found.said)).toEqual(["kiosk"]);
});

test("an error of typing is told, and a filter that is none", async () => {
  const { body } = await search("publcation priority:soon");
  expect(body.corrected).toEqual([{ typed: "publcation", read: ["publication"] }]);
  expect(body.unread).toEqual([{ name: "priority", value: "soon", possible: "urgent, high, normal, low" }]);
});

test("contacts and organisations are found beside tickets", async () => {
  expect((await search("geradin")).body).toMatchObject({
    contacts: [{ name: "Léa Géradin", address: "lea@parc.example", organisation: "Agence du Parc" }],
  });
  expect((await search("parc")).body).toMatchObject({ organisations: [{ id: organisation, name: "Agence du Parc" }] });
});

test("what changes is found as it is now", async () => {
  const { id } = await post("/tickets", { contact: ANN, subject: "Gazebo", text: "Nothing." });
  await write();
  expect((await search("gazebo is:closed")).body.tickets).toEqual([]);
  await service.call("POST", `/tickets/${id}/messages`, { body: { kind: "note", text: "About the pergola." } });
  await service.call("POST", `/tickets/${id}/closure`, { body: { as: "solved" } });
  await write();
  expect((await search("gazebo is:closed pergola")).body.tickets).toMatchObject([{ ticket: { id } }]);
});

test("another desk finds nothing of it", async () => {
  expect((await search("publication", service.otherToken)).body.tickets).toEqual([]);
});

test("a text without end stops nothing, and is found by what stands first in it", async () => {
  // Two megabytes of different words, in letters that take four bytes each.
  const wordOf = (n: number) => String.fromCodePoint(0x20000 + (n % 40_000)).repeat(1 + Math.floor(n / 40_000));
  const text = `Trellis ${Array.from({ length: 200_000 }, (_, n) => wordOf(n)).join("\n")}`;
  const head = "From: Ann <ann@agency.example>\nTo: helpdesk@whise.eu\nSubject: Endless\nMIME-Version: 1.0";
  await service.receive(
    `${head}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${text}\n`,
  );
  const other = await post("/tickets", { contact: ANN, subject: "Beside it", text: "Arbour." });
  await write();
  expect((await search("trellis")).body.tickets).toHaveLength(1);
  expect((await search("arbour")).body.tickets).toMatchObject([{ ticket: { id: other.id } }]);
});

test("a word that was erased is offered to nobody any more", async () => {
  const { id } = await post("/tickets", { contact: ANN, subject: "Quincunx", text: "A secret." });
  await write();
  expect((await search("quincunxx")).body.corrected).toEqual([{ typed: "quincunxx", read: ["quincunx"] }]);
  await service.call("PATCH", `/tickets/${id}`, { body: { subject: "Another" } });
  await write();
  expect((await search("quincunxx")).body.corrected).toEqual([]);
});
