import { type DeskId, lookUp, testDatabase, type TestDatabase } from "@permanence/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyDesk } from "./desk-application.ts";
import { deskOf, findDesk, nextTicketNumbers } from "./desk-store.ts";
import { listDeskPages, readLogo } from "./site-store.ts";
import { DESK_YAML, KINDS, OTHER_DESK_YAML, testWorld } from "./test-desk.ts";

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.close());

const NOTICE = "---\nsubject: Demande {{ number }}\n---\nBonjour {{name?}}\n";
const world = testWorld();

async function apply(deskYaml: string, templates: Record<string, string> = {}) {
  const files = Object.entries(templates).map(([name, text]) => ({ name, text }));
  return await applyDesk(database.db, world, { deskYaml, templates: files }, KINDS);
}

test("a desk is made as its files say", async () => {
  const applied = await apply(DESK_YAML, { "notice.fr.md": NOTICE });
  expect(applied).toMatchObject({ slug: "agence", created: true });
  if ("errors" in applied) return;
  expect(applied.changed).toContain("policy");
  expect(await lookUp(database.db, "desk", "agence")).toBe(applied.deskId);
  expect(await lookUp(database.db, "mailbox", "help@agence.be")).toBe(applied.deskId);

  const desk = await deskOf(database.db, applied.deskId);
  const calendar = {
    timeZone: "Europe/Brussels",
    week: {
      mon: [
        ["09:00", "12:30"],
        ["13:00", "18:00"],
      ],
      fri: [["22:00", "02:00"]],
    },
    holidays: ["12-25", "2027-01-04", "easter+1"],
  };
  expect(desk).toMatchObject({
    slug: "agence",
    name: "Agence",
    templates: [{ name: "notice", language: "fr", subject: "Demande {{ number }}", body: "Bonjour {{name?}}\n" }],
    settings: {
      languages: ["fr", "nl"],
      mailboxes: [{ address: "help@agence.be", name: "Agence" }],
      accent: null,
      requestMdn: false,
      caps: { noticesPerAddressAndHour: 20, signInLinksPerAgentAndHour: 5, signInMailsPerCustomerAndHour: 5 },
      calendars: { staffed: calendar },
    },
  });
  expect(desk.settings.policy).toMatchObject({
    urgent: { targetMs: 3_600_000, demands: "delivered", waitingMs: 900_000 },
    high: { targetMs: 14_400_000, calendar },
  });
});

test("the same files again change nothing; other files say what they change", async () => {
  await apply(DESK_YAML, { "notice.fr.md": NOTICE });
  expect(await apply(DESK_YAML, { "notice.fr.md": NOTICE })).toMatchObject({ created: false, changed: [] });
  const quicker = DESK_YAML.replace("target: 4h", "target: 3h");
  expect(await apply(quicker, { "notice.fr.md": NOTICE })).toMatchObject({ created: false, changed: ["policy"] });
  expect(await apply(quicker, { "notice.nl.md": NOTICE })).toMatchObject({
    changed: ["templates/notice.fr", "templates/notice.nl"],
  });
});

test("what was applied is read at once, by those too who had read before", async () => {
  const applied = await apply(DESK_YAML);
  if ("errors" in applied) throw new Error("refused");
  expect((await deskOf(database.db, applied.deskId)).name).toBe("Agence");
  await apply(DESK_YAML.replace("name: Agence\n", "name: Bureau\n"));
  expect((await deskOf(database.db, applied.deskId)).name).toBe("Bureau");
});

test("a mailbox that is taken out receives no mail and can come back", async () => {
  const { db } = database;
  const two = DESK_YAML.replace("mailboxes:", "mailboxes:\n  - { address: info@agence.be, name: Info }");
  await apply(two);
  expect(await lookUp(db, "mailbox", "info@agence.be")).not.toBeNull();
  const applied = await apply(DESK_YAML);
  expect(await lookUp(db, "mailbox", "info@agence.be")).toBeNull();
  await apply(two);
  expect(await lookUp(db, "mailbox", "info@agence.be")).not.toBeNull();

  if ("errors" in applied) throw new Error("refused");
  const rows = await db.transaction(applied.deskId, (tx) =>
    tx.selectFrom("mailbox").select("name").where("desk_id", "=", applied.deskId).orderBy("address").execute(),
  );
  expect(rows).toEqual([{ name: "Agence" }, { name: "Info" }]);
});

test("a mailbox of another desk is refused, and nothing is applied", async () => {
  await apply(DESK_YAML);
  const greedy = OTHER_DESK_YAML.replace("help@other.be", "help@agence.be");
  expect(await apply(greedy)).toEqual({
    errors: [
      { place: "desk.yaml: mailboxes", sentence: "help@agence.be belongs to another desk of this installation." },
    ],
  });
  expect(await lookUp(database.db, "desk", "other")).toBeNull();
});

test("a mistake in one template keeps the whole desk as it was", async () => {
  const before = await apply(DESK_YAML);
  const refused = await apply(DESK_YAML.replace("name: Agence\n", "name: Bureau\n"), { "notice.fr.md": "Bonjour" });
  expect(refused).toHaveProperty("errors");
  if ("errors" in before) throw new Error("refused");
  const desk = await database.db.transaction(before.deskId, (tx) => findDesk(tx, before.deskId));
  expect(desk?.name).toBe("Agence");
});

test("tickets of each desk are numbered from 1, whoever asks at the same time", async () => {
  const [mine, other] = [await apply(DESK_YAML), await apply(OTHER_DESK_YAML)];
  if ("errors" in mine || "errors" in other) throw new Error("refused");
  const numberOf = ({ deskId }: typeof mine) =>
    database.db.transaction(deskId, (tx) => nextTicketNumbers(tx, deskId, 1));
  expect((await Promise.all([1, 2, 3, 4].map(() => numberOf(mine)))).flat().toSorted((a, b) => a - b)).toEqual([
    1, 2, 3, 4,
  ]);
  expect(await numberOf(other)).toEqual([1]);
});

test("two who apply different files at once leave one of them whole", async () => {
  const bureau = DESK_YAML.replace("name: Agence\n", "name: Bureau\n");
  const texts = { "notice.fr.md": NOTICE, "notice.nl.md": NOTICE };
  await apply(DESK_YAML);
  const outcomes = await Promise.all([apply(bureau, texts), apply(DESK_YAML), apply(bureau, texts), apply(DESK_YAML)]);
  const [applied] = outcomes;
  if (!applied || "errors" in applied) throw new Error("refused");
  const desk = await deskOf(database.db, applied.deskId);
  expect(desk.templates).toHaveLength(desk.name === "Bureau" ? 2 : 0);
});

test("a language without words is refused at its place, unless the desk brings them", async () => {
  const german = DESK_YAML.replace("slug: agence", "slug: amt").replace("Help@Agence.be", "hilfe@amt.example");
  const yaml = german.replace("languages: [fr, nl]", "languages: [fr, de]");
  expect(await apply(yaml)).toEqual({
    errors: [
      {
        place: "desk.yaml, line 4: languages.1",
        sentence:
          'The program has no words in "de", and the desk lacks templates/notice.de.md. Add them, or leave "de" out.',
      },
    ],
  });
  expect(await lookUp(database.db, "desk", "amt")).toBeNull();
  expect(await apply(yaml, { "notice.de.md": NOTICE })).toMatchObject({ created: true });
});

test("pages and a sign for the public site come with the folder, and what is not in it stays", async () => {
  const page = { name: "privacy.fr.md", text: "---\ntitle: Vie privée\n---\nNous gardons **peu**.\n" };
  const logo = { name: "logo.svg", bytes: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") };
  const files = {
    deskYaml: DESK_YAML.replace("slug: agence", "slug: sited").replace("Help@", "sited@"),
    templates: [],
  };
  const applyIt = (more: object) => applyDesk(database.db, world, { ...files, ...more }, KINDS);
  expect(await applyIt({ pages: [page], logo })).toMatchObject({
    changed: expect.arrayContaining(["pages/privacy.fr", "logo"]),
  });
  expect(await applyIt({ pages: [page], logo })).toMatchObject({ changed: [] });
  const again = await applyIt({ pages: [], logo: null });
  expect(again).toMatchObject({ changed: [] });
  const { deskId } = again as { deskId: DeskId };
  const kept = await database.db.transaction(deskId, async (tx) => [
    await listDeskPages(tx, deskId),
    await readLogo(tx, deskId),
  ]);
  expect(kept).toMatchObject([
    [{ name: "privacy", title: "Vie privée", body: "Nous gardons **peu**." }],
    { type: "image/svg+xml" },
  ]);
});

test.each([
  ["Privacy.fr.md", "---\ntitle: A\n---\n", "small letters"],
  ["privacy.de.md", "---\ntitle: A\n---\n", 'no language "de"'],
  ["privacy.fr.md", "Nous gardons peu.", "must begin with"],
  ["privacy.fr.md", "---\ntitle: A\nother: B\n---\n", "must begin with"],
])("the page %s with %j is refused", async (name, text, sentence) => {
  const refused = await applyDesk(
    database.db,
    world,
    { deskYaml: DESK_YAML, templates: [], pages: [{ name, text }] },
    KINDS,
  );
  expect(refused).toMatchObject({ errors: [{ place: `pages/${name}`, sentence: expect.stringContaining(sentence) }] });
});
