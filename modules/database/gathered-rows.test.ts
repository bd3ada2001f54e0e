import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gather, isGathered } from "./gathered-rows.ts";
import { type DeskId, insertInto, testDatabase, type TestDatabase, type Tx, updateOf } from "./index.ts";
import { addTestDesk } from "./test-desk.ts";

let database: TestDatabase;
let desk: DeskId;
beforeAll(async () => {
  database = await testDatabase();
  desk = await addTestDesk(database.db);
});
afterAll(() => database.close());

type Contact = { desk_id: DeskId; contact_id: string; name: string; language: string | null; created_at: number };
const contacts = insertInto<Contact>("contact");
const replacing = insertInto<Contact>("contact", { key: ["desk_id", "contact_id"] });
const renamed = updateOf<Pick<Contact, "desk_id" | "contact_id" | "name">>("contact", {
  key: ["desk_id", "contact_id"],
});

let count = 0;
const contactId = () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`;
const contact = (name: string): Contact => ({
  ...{ desk_id: desk, contact_id: contactId(), name, language: null, created_at: 1 },
});

const inDesk = <T>(work: (tx: Tx) => T | Promise<T>): Promise<T> => database.db.transaction(desk, work);

async function namesOf(ids: string[]): Promise<string[]> {
  const { rows } = await inDesk((tx) =>
    sql<{ name: string }>`select name from contact where contact_id = any(${ids}::uuid[]) order by contact_id`.execute(
      tx,
    ),
  );
  return rows.map(({ name }) => name);
}

test("rows are there with the commit, and never where the transaction fails", async () => {
  const [kept, lost] = [[contact("a"), contact("b")], contact("c")];
  await inDesk((tx) => kept.forEach((row) => gather(tx, contacts, row)));
  await expect(
    inDesk((tx) => {
      gather(tx, contacts, lost);
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  expect(await namesOf([...kept, lost].map((row) => row.contact_id))).toEqual(["a", "b"]);
});

test("the next statement sees what was gathered before it; until then the row can be changed in place", async () => {
  const row = contact("before");
  await inDesk(async (tx) => {
    gather(tx, contacts, row);
    expect(isGathered(tx, row)).toBe(true);
    row.name = "after";
    const { rows } = await sql`select name from contact where contact_id = ${row.contact_id}`.execute(tx);
    expect(rows).toEqual([{ name: "after" }]);
    expect(isGathered(tx, row)).toBe(false);
  });
});

test("a row that the database refuses fails the transaction with the reason", async () => {
  const [first, twin] = [contact("a"), contact("b")];
  twin.contact_id = first.contact_id;
  await expect(inDesk((tx) => [first, twin].forEach((row) => gather(tx, contacts, row)))).rejects.toThrow(
    "duplicate key",
  );
});

test("a row that replaces another does so, also within one transaction", async () => {
  const row = contact("first");
  await inDesk((tx) => gather(tx, replacing, row));
  await inDesk((tx) => {
    gather(tx, replacing, { ...row, name: "second" });
    gather(tx, replacing, { ...row, name: "third" });
  });
  expect(await namesOf([row.contact_id])).toEqual(["third"]);
});

test("changes find their rows, the last of several counts, and a row that is not there is an error", async () => {
  const [one, other] = [contact("one"), contact("other")];
  await inDesk((tx) => {
    for (const row of [one, other]) gather(tx, contacts, row);
    gather(tx, renamed, { desk_id: desk, contact_id: one.contact_id, name: "1" });
    gather(tx, renamed, { desk_id: desk, contact_id: other.contact_id, name: "2" });
    gather(tx, renamed, { desk_id: desk, contact_id: one.contact_id, name: "3" });
  });
  expect(await namesOf([one.contact_id, other.contact_id])).toEqual(["3", "2"]);
  const missing = { desk_id: desk, contact_id: contactId(), name: "x" };
  await expect(inDesk((tx) => gather(tx, renamed, missing))).rejects.toThrow("are there to be changed");
});

test.each(["\u00e9 \u{1f600}", 'quote " and back\\slash', "line\nend\ttab", "half \ud800 pair"])(
  "text arrives as it was: %j",
  async (name) => {
    const row = contact(name);
    await inDesk((tx) => gather(tx, contacts, row));
    expect(await namesOf([row.contact_id])).toEqual([name.toWellFormed()]);
  },
);

test("rows that are large together go in several statements, and all arrive", async () => {
  const rows = Array.from({ length: 5 }, (_, n) => contact(`${n}${"x".repeat(1_500_000)}`));
  await inDesk((tx) => rows.forEach((row) => gather(tx, contacts, row)));
  const names = await namesOf(rows.map((row) => row.contact_id));
  expect(names.map((name) => name.slice(0, 2))).toEqual(["0x", "1x", "2x", "3x", "4x"]);
});
