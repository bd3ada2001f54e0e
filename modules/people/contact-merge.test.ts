import { type DeskId, testDatabase, type TestDatabase, type Tx } from "@permanence/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import fc from "fast-check";
import { sql } from "kysely";
import { addAgent } from "./agent-store.ts";
import { addAddress } from "./contact-addresses.ts";
import { changeContact, type ContactChange, findContactDetails } from "./contact-details.ts";
import { mergeContacts, type MergeRequest, previewMerge } from "./contact-merge.ts";
import { CONTACT_REFERENCES, KEPT_NAMES } from "./contact-references.ts";
import { findContact, findOrMakeContact } from "./contact-store.ts";
import { addOrganisation, changeOrganisation } from "./organisation-store.ts";
import { applyTestDesk, testWorld } from "./test-desk.ts";
import { ticketsVisibleTo } from "./visible-tickets.ts";

let database: TestDatabase;
let desk: DeskId;
let agentId: string;
const world = testWorld("merge");
beforeAll(async () => {
  database = await testDatabase();
  desk = await applyTestDesk(database.db);
  const anne = { email: "anne@agence.be", name: "Anne", role: "lead", language: "fr" } as const;
  agentId = (await inDesk((tx) => addAgent(tx, world, desk, anne)))!.id;
});
afterAll(() => database.close());

const inDesk = <T>(work: (tx: Tx) => Promise<T>) => database.db.transaction(desk, work);
const contactOf = async (address: string, change: ContactChange = {}) =>
  inDesk(async (tx) => {
    const { contactId } = await findOrMakeContact(tx, world, desk, { address, name: "", language: null });
    await changeContact(tx, world, desk, contactId, change);
    return contactId;
  });
const detailsOf = (id: string) => inDesk((tx) => findContactDetails(tx, desk, id));

async function merge(keptId: string, goneId: string, choices: MergeRequest["choices"] = {}) {
  const [kept, gone] = [(await detailsOf(keptId))!, (await detailsOf(goneId))!];
  const versions = { kept: kept.version, gone: gone.version };
  return inDesk((tx) => mergeContacts(tx, world, desk, { keptId, goneId, versions, choices, agentId }));
}

test("every column that names a contact is merged: a new table must say so in contact-references.ts", async () => {
  const { rows } = await database.db.pool.query<{ place: string }>(`
    select table_name || '.' || column_name as place from information_schema.columns
    where table_schema = 'public' and (column_name like '%contact_id' or column_name in ('customer_id', 'kept_id', 'gone_id'))
    union
    select conrelid::regclass || '.' || a.attname from pg_constraint f
    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[array_length(f.conkey, 1)]
    where f.contype = 'f' and f.confrelid = 'contact'::regclass`);
  const listed = CONTACT_REFERENCES.map(({ table, column }) => `${table}.${column}`);
  expect(rows.map(({ place }) => place).toSorted()).toEqual([...listed, ...KEPT_NAMES].toSorted());
});

test("all that the one that goes has is the kept one's, and its id leads there", async () => {
  const { id } = await inDesk((tx) => addOrganisation(tx, world, desk, "Merged"));
  const kept = await contactOf("a@one.be", { name: "Ann", phones: ["1", "2"], externalIds: ["X"], notes: "First." });
  const gone = await contactOf("b@two.be", {
    ...{ language: "nl", phones: ["2", "3"], externalIds: ["Y"], notes: "Second.", organisationId: id, sees: "own" },
  });
  await inDesk((tx) => addAddress(tx, world, desk, { contactId: gone, address: "c@two.be", agentId }));
  const preview = await inDesk((tx) => previewMerge(tx, desk, kept, gone));
  expect(preview).toMatchObject({ conflicts: [], moves: { contact_address: 2, contact_phone: 2, ticket: 0 } });
  expect(await merge(kept, gone)).toBe("merged");

  const after = (await detailsOf(gone))!;
  expect(after).toMatchObject({
    ...{ id: kept, name: "Ann", language: "nl", sees: "own", organisation: { id }, notes: "First.\n\nSecond." },
    ...{ phones: ["1", "2", "3"], externalIds: ["X", "Y"], merged: [{ id: gone, by: "Anne" }] },
  });
  expect(after.addresses.map(({ address }) => address)).toEqual(["a@one.be", "b@two.be", "c@two.be"]);
  expect((await inDesk((tx) => findContact(tx, desk, "c@two.be")))?.contactId).toBe(kept);
  expect((await detailsOf(kept))?.id).toBe(kept);

  const last = await contactOf("d@three.be");
  expect(await merge(last, kept, { name: "gone" })).toBe("merged");
  expect((await detailsOf(gone))?.id, "through two merges").toBe(last);
});

test("where both have something else, somebody must choose", async () => {
  const [kept, gone] = [
    await contactOf("k@x.be", { name: "K", language: "fr" }),
    await contactOf("g@x.be", { name: "G", language: "nl" }),
  ];
  const preview = await inDesk((tx) => previewMerge(tx, desk, kept, gone));
  expect(preview).toMatchObject({
    conflicts: [
      { field: "name", kept: "K", gone: "G" },
      { field: "language", kept: "fr", gone: "nl" },
    ],
  });
  expect(await merge(kept, gone)).toEqual({ undecided: ["name", "language"] });
  expect(await merge(kept, gone, { name: "gone", language: "kept" })).toBe("merged");
  expect(await detailsOf(kept)).toMatchObject({ name: "G", language: "fr" });
});

test("one that is not there, the same one, and one that was changed meanwhile are refused", async () => {
  const [kept, gone] = [await contactOf("m@x.be"), await contactOf("n@x.be")];
  const request = { keptId: kept, goneId: gone, versions: { kept: 1, gone: 1 }, choices: {}, agentId };
  const ask = (more: Partial<MergeRequest>) => inDesk((tx) => mergeContacts(tx, world, desk, { ...request, ...more }));
  expect(await ask({ goneId: kept })).toBe("same");
  expect(await ask({ goneId: "0198c000-0000-7000-8000-000000000009" })).toBe("not-found");
  expect(await ask({})).toBe("changed"); // Both are at version 2.
  expect(await merge(kept, gone)).toBe("merged");
  expect(await ask({ versions: { kept: 3, gone: 2 } })).toBe("same");
});

test("a mail that is filed for somebody who goes meanwhile fails, and finds the kept one when it is filed again", async () => {
  const [kept, gone] = [await contactOf("o@x.be"), await contactOf("p@x.be")];
  await merge(kept, gone);
  const orphan = inDesk((tx) => sql`insert into contact_phone values (${desk}, ${gone}, '1')`.execute(tx));
  await expect(orphan).rejects.toThrow(/foreign key/);
});

test("whatever is merged in whatever order, nothing is lost and every id leads to one that is there", async () => {
  let run = 0;
  const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(pairs, async (merges) => {
    run++;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++)
      ids.push(await contactOf(`p${i}@run${run}.be`, { phones: [`${i % 2}`], externalIds: [`${run}-${i}`] }));
    for (const [a, b] of merges) {
      const [kept, gone] = [(await detailsOf(ids[a]!))!.id, (await detailsOf(ids[b]!))!.id];
      expect(await merge(kept, gone)).toBe(kept === gone ? "same" : "merged");
    }
    const now = await Promise.all(ids.map((id) => detailsOf(id)));
    now.forEach((contact, i) => {
      expect(contact!.addresses.map(({ address }) => address)).toContain(`p${i}@run${run}.be`);
      expect(contact!.externalIds).toContain(`${run}-${i}`);
      expect(contact!.phones).toContain(`${i % 2}`);
    });
    const distinct = new Map(now.map((contact) => [contact!.id, contact!]));
    expect([...distinct.values()].flatMap(({ addresses }) => addresses)).toHaveLength(5);
  });
  await fc.assert(property, { numRuns: 12 });
});

test("whose tickets a contact sees: as it is said of them, else of their organisation", async () => {
  const { id } = await inDesk((tx) => addOrganisation(tx, world, desk, "Seeing"));
  const contact = await contactOf("s@x.be", { organisationId: id });
  const seen = (of = contact) => inDesk((tx) => ticketsVisibleTo(tx, desk, of));
  const sees = (change: ContactChange) => inDesk((tx) => changeContact(tx, world, desk, contact, change));
  expect(await seen()).toEqual({ contactIds: [contact], organisationId: null });
  const all = { change: { sees: "organisation" as const }, allows: () => true };
  await inDesk((tx) => changeOrganisation(tx, world, desk, id, all));
  expect(await seen()).toEqual({ contactIds: [contact], organisationId: id });
  await sees({ sees: "own" });
  expect(await seen()).toEqual({ contactIds: [contact], organisationId: null });
  await sees({ sees: "organisation", organisationId: null });
  expect(await seen(), "of no organisation").toEqual({ contactIds: [contact], organisationId: null });
  expect(await seen("0198c000-0000-7000-8000-000000000009")).toEqual({ contactIds: [], organisationId: null });
});
