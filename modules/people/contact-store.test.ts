import { type DeskId, testDatabase, type TestDatabase, type Tx } from "@permanence/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addAgent } from "./agent-store.ts";
import { listContacts } from "./contact-list.ts";
import { findOrMakeContact } from "./contact-store.ts";
import { addOrganisation, confirmDomain, findOrganisation, removeDomain } from "./organisation-store.ts";
import { applyTestDesk, OTHER_DESK_YAML, testWorld } from "./test-desk.ts";

let database: TestDatabase;
let desk: DeskId;
let agentId: string;
const world = testWorld();
beforeAll(async () => {
  database = await testDatabase();
  desk = await applyTestDesk(database.db);
  const anne = { email: "anne@agence.be", name: "Anne", role: "lead", language: "fr" } as const;
  agentId = (await inDesk((tx) => addAgent(tx, world, desk, anne)))!.id;
});
afterAll(() => database.close());

const inDesk = <T>(work: (tx: Tx) => Promise<T>) => database.db.transaction(desk, work);
const contactOf = (address: string, name = "", language: string | null = null) =>
  inDesk((tx) => findOrMakeContact(tx, world, desk, { address, name, language }));
const newOrganisation = (name: string) => inDesk((tx) => addOrganisation(tx, world, desk, name));
const confirm = (organisationId: string, domain: string) =>
  inDesk((tx) => confirmDomain(tx, world, desk, { organisationId, domain, agentId }));

test("the same address is the same contact, however it is written; what is missing is filled in", async () => {
  const made = await contactOf("Marie@Immo.be");
  expect(made).toMatchObject({
    address: "marie@immo.be",
    name: "",
    language: null,
    organisationId: null,
    verified: false,
  });
  const again = await contactOf(" marie@immo.BE ", "Marie", "fr");
  expect(again).toEqual({ ...made, name: "Marie", language: "fr" });
  expect(await contactOf("marie@immo.be", "Somebody else", "nl")).toEqual(again);
});

test("mails of one new sender at the same time give one contact", async () => {
  const made = await Promise.all(["a", "b", "c", "d", "e", "f"].map((name) => contactOf("new@immo.be", name)));
  expect(new Set(made.map(({ contactId }) => contactId)).size).toBe(1);
  const [contact] = await inDesk((tx) => listContacts(tx, desk, { limit: 1 }));
  expect(contact?.addresses).toEqual(["new@immo.be"]);
  const { count } = await inDesk((tx) =>
    tx
      .selectFrom("contact")
      .leftJoin("contact_address", "contact_address.contact_id", "contact.contact_id")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("contact.desk_id", "=", desk)
      .where("address", "is", null)
      .executeTakeFirstOrThrow(),
  );
  expect(count, "contacts left without an address").toBe(0);
});

test("a confirmed domain joins those who are there and those who come", async () => {
  const early = await contactOf("jan@vastgoed.be");
  const stranger = await contactOf("jan@vastgoed.be.example.com");
  const { id } = await newOrganisation("Vastgoed");
  expect(await confirm(id, "vastgoed.be")).toBe("confirmed");
  expect(await confirm(id, "vastgoed.be")).toBe("confirmed");
  expect((await contactOf("jan@vastgoed.be")).organisationId).toBe(id);
  expect((await contactOf("an@vastgoed.be")).organisationId).toBe(id);
  expect((await contactOf(stranger.address)).organisationId).toBeNull();
  expect(early.organisationId).toBeNull();
  expect(await inDesk((tx) => findOrganisation(tx, desk, id, world.clock.now()))).toMatchObject({
    id,
    name: "Vastgoed",
    domains: ["vastgoed.be"],
  });
});

test("who belongs to an organisation stays there when another's domain is confirmed", async () => {
  const [first, second] = [await newOrganisation("First"), await newOrganisation("Second")];
  await confirm(first.id, "first.be");
  const contact = await contactOf("els@first.be");
  await inDesk((tx) =>
    tx
      .insertInto("contact_address")
      .values({ desk_id: desk, address: "els@second.be", contact_id: contact.contactId, verified_at: null })
      .execute(),
  );
  await confirm(second.id, "second.be");
  expect((await contactOf("els@second.be")).organisationId).toBe(first.id);
});

test("a domain of another organisation, a public provider's, and an organisation that is not there are refused", async () => {
  const [first, second] = [await newOrganisation("First"), await newOrganisation("Second")];
  await confirm(first.id, "taken.be");
  expect(await confirm(second.id, "taken.be")).toBe("taken");
  expect(await confirm(second.id, "telenet.be")).toBe("public-provider");
  expect(await confirm("0198c000-0000-7000-8000-000000000009", "nobody.be")).toBe("no-organisation");
  expect(await inDesk((tx) => findOrganisation(tx, desk, second.id, world.clock.now()))).toMatchObject({ domains: [] });
});

test("a confirmation taken back lets go of those who belonged by it alone", async () => {
  const { id } = await newOrganisation("Two domains");
  await confirm(id, "one.be");
  await confirm(id, "two.be");
  const [one, both] = [await contactOf("a@one.be"), await contactOf("b@one.be")];
  await inDesk((tx) =>
    tx
      .insertInto("contact_address")
      .values({ desk_id: desk, address: "b@two.be", contact_id: both.contactId, verified_at: null })
      .execute(),
  );
  await inDesk((tx) => removeDomain(tx, world, desk, id, "one.be"));
  expect((await contactOf(one.address)).organisationId).toBeNull();
  expect((await contactOf(both.address)).organisationId).toBe(id);
});

test("each desk has contacts of its own", async () => {
  const other = await applyTestDesk(database.db, OTHER_DESK_YAML);
  const sender = { address: "shared@immo.be", name: "", language: null };
  const here = await contactOf(sender.address);
  const there = await database.db.transaction(other, (tx) => findOrMakeContact(tx, world, other, sender));
  expect(there.contactId).not.toBe(here.contactId);
});
