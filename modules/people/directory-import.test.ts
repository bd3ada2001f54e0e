import { type DeskId, testDatabase, type TestDatabase, type Tx } from "@permanence/database";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addAgent } from "./agent-store.ts";
import { changeContact, findContactDetails } from "./contact-details.ts";
import { findContact, findOrMakeContact } from "./contact-store.ts";
import { deskOf } from "./desk-store.ts";
import { csvText, DIRECTORY_COLUMNS, type DirectoryColumn, readDirectoryFile } from "./directory-file.ts";
import { addImport, applyImport, listLines, previewDirectory, refusedLines } from "./directory-import-store.ts";
import type { PlannedLine } from "./directory-plan.ts";
import { confirmDomain, findOrganisation } from "./organisation-store.ts";
import { applyTestDesk, testWorld } from "./test-desk.ts";

let database: TestDatabase;
let desk: DeskId;
let agentId: string;
const world = testWorld("import");
const ALL = { domains: true, promises: true };
beforeAll(async () => {
  database = await testDatabase();
  desk = await applyTestDesk(database.db);
  const anne = { email: "anne@agence.be", name: "Anne", role: "lead", language: "fr" } as const;
  agentId = (await inDesk((tx) => addAgent(tx, world, desk, anne)))!.id;
});
afterAll(() => database.close());

const inDesk = <T>(work: (tx: Tx) => Promise<T>) => database.db.transaction(desk, work);

async function preview(file: string, rights = ALL): Promise<PlannedLine[]> {
  const whole = await deskOf(database.db, desk);
  const result = await inDesk((tx) => previewDirectory(tx, whole, Buffer.from(file), rights, world.clock.now()));
  if ("mistake" in result) throw new Error(`line ${result.line}: ${result.mistake}`);
  return result.lines;
}

async function give(file: string): Promise<string> {
  const whole = await deskOf(database.db, desk);
  const giver = { file: Buffer.from(file), fileName: "a.csv", agentId, rights: ALL };
  const added = await inDesk((tx) => addImport(tx, world, whole, giver));
  if (typeof added !== "string") throw new Error(added.mistake);
  return added;
}

const apply = async (id: string) =>
  applyImport(database.db, world, await deskOf(database.db, desk), id, { agentId, rights: ALL });

async function take(file: string): Promise<void> {
  expect(await apply(await give(file))).toBe("done");
}

const outcomes = (lines: PlannedLine[]) => lines.map(({ outcome }) => outcome);
const reasons = (lines: PlannedLine[]) => lines.map(({ reason }) => reason);

test.each([
  ["commas", "organisation,emails\nA,a@a.be\n"],
  ["semicolons", "organisation;emails\r\nA;a@a.be\r\n"],
  ["tabs", "emails\torganisation\na@a.be\tA"],
  ["a mark in front", "\uFEFForganisation;E-mail(s)\nA;a@a.be"],
])("a file with %s is read", (_, text) => {
  expect(readDirectoryFile(Buffer.from(text))).toMatchObject({
    rows: [{ line: 2, cells: { organisation: "A", emails: "a@a.be" } }],
  });
});

test("UTF-8, UTF-16 and Windows-1252 are told apart", () => {
  const text = "organisation;emails\nCafé d’Été;a@a.be\n";
  const windows = Buffer.from(text.replaceAll("’", "\x92"), "latin1");
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  for (const file of [Buffer.from(text), windows, utf16])
    expect(readDirectoryFile(file)).toMatchObject({ rows: [{ cells: { organisation: "Café d’Été" } }] });
});

test.each([
  ["", 1, /empty/],
  ["organisation;frobnicate\nA;b", 1, /no column "frobnicate"/],
  ["emails;email\na;b", 1, /twice/],
  ["name\nAnn", 1, /must name the columns/],
  ['organisation;emails\nA;"a@a.be\nB;b@b.be', 3, /quotation marks/],
  ["organisation\nA\0", 1, /no text/],
])("a file that cannot be read is refused with its place: %j", (text, line, mistake) => {
  expect(readDirectoryFile(Buffer.from(text))).toEqual({ line, mistake: expect.stringMatching(mistake) });
});

test("the line of a record is where it begins, whatever lines its texts have", () => {
  const file = 'organisation;emails\n"A\nand\r\nco";a@a.be\n\nB;b@b.be\n';
  const read = readDirectoryFile(Buffer.from(file));
  expect("rows" in read && read.rows.map(({ line }) => line)).toEqual([2, 6]);
});

test("whatever a table holds, it is read as it was written", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "é", "’", '"', ";", ",", "\n", "\r\n", "\t", " ", "@", "=") });
  const table = fc.array(fc.array(cell, { minLength: 10, maxLength: 10 }), { maxLength: 8 });
  fc.assert(
    fc.property(table, (rows) => {
      const read = readDirectoryFile(Buffer.from(csvText([[...DIRECTORY_COLUMNS], ...rows])));
      const cells =
        "rows" in read ? read.rows.map((row) => DIRECTORY_COLUMNS.map((column) => row.cells[column])) : null;
      const wanted = rows
        .map((row) => row.map((text) => text.replaceAll("\r\n", "\n").trim()))
        .filter((row) => row.some((text) => text !== ""));
      expect(cells).toEqual(wanted);
    }),
    { numRuns: 200 },
  );
});

test("what is made, changed, unchanged and refused is told line by line, and then done", async () => {
  const file = `organisation;organisation_external_id;domains;language;contract;name;emails;phone;contact_external_id;sees
Immo;O-1;immo.be, immo.eu;fr;standard;;;;;organisation
Immo;O-1;;nl;;Ann;ann@immo.be ann@home.be;+32 2;P-1;own
;;;;;Bob;bob@immo.eu;;;
Immo;O-1;gmail.com;;;;;;;
Immo;O-1;;;;Zoé;zoe@immo.be;;;everything
Immo;O-1;;xx;;Zoé;zoe@immo.be;;;
Immo;O-1;;;platinum;;;;;
;;;;;Nobody;;;P-9;
`;
  const lines = await preview(file);
  expect(outcomes(lines)).toEqual(["made", "made", "made", "refused", "refused", "refused", "refused", "refused"]);
  expect(reasons(lines).slice(3)).toEqual([
    "Anybody can have an address at gmail.com: it makes nobody one of an organisation's people.",
    '"everything" in the column sees is neither own nor organisation.',
    '"xx" is no language of this desk: fr, nl.',
    'This desk has no policy "platinum".',
    "Nobody is known by this line, and somebody new needs an address: fill in emails.",
  ]);
  expect(await inDesk((tx) => findContact(tx, desk, "ann@immo.be")), "nothing is taken over yet").toBeNull();

  const id = await give(file);
  expect(await inDesk((tx) => listLines(tx, desk, id, { limit: 99 }))).toEqual(lines);
  expect(await apply(id)).toBe("done");
  expect(await apply(id)).toBe("applied");
  const ann = (await inDesk((tx) => findContact(tx, desk, "ann@home.be")))!;
  const details = (await inDesk((tx) => findContactDetails(tx, desk, ann.contactId)))!;
  expect(details).toMatchObject({
    ...{
      name: "Ann",
      language: "nl",
      sees: "own",
      phones: ["+32 2"],
      externalIds: ["P-1"],
      organisation: { name: "Immo" },
    },
    addresses: [{ address: "ann@immo.be", source: "import" }, { address: "ann@home.be" }],
  });
  const organisation = await inDesk((tx) => findOrganisation(tx, desk, ann.organisationId!, world.clock.now()));
  expect(organisation).toMatchObject({
    ...{ name: "Immo", externalId: "O-1", domains: ["immo.be", "immo.eu"], language: "fr", sees: "organisation" },
  });
  expect((await inDesk((tx) => findContact(tx, desk, "bob@immo.eu")))?.organisationId).toBe(ann.organisationId);
  expect(outcomes(await preview(file)).slice(0, 3)).toEqual(["unchanged", "unchanged", "unchanged"]);

  const [changed] = await preview("contact_external_id;name;emails\nP-1;Anne;anne@immo.be\n");
  expect(changed).toMatchObject({ outcome: "changed", contact: "Anne" });
  expect(changed!.changes).toEqual([
    { of: "contact", field: "addresses", from: null, to: "anne@immo.be" },
    { of: "contact", field: "name", from: "Ann", to: "Anne" },
  ]);
  const text = await inDesk((tx) => refusedLines(tx, desk, id));
  expect(outcomes(await preview(text!)), "the refused lines can be given again").toEqual(Array(5).fill("refused"));
});

test("who may not confirm domains or give contracts is told so, and the rest is taken over", async () => {
  const file = "organisation;domains;contract\nRights;rights.be;\nOther;;standard\nThird;;\n";
  const lines = await preview(file, { domains: false, promises: false });
  expect(outcomes(lines)).toEqual(["refused", "refused", "made"]);
  expect(reasons(lines)[0]).toBe("With your role you may not confirm mail domains.");
});

test("lines that say different things of one thing, and addresses of two people, are refused", async () => {
  await take("name;emails\nX;x@two.be\nY;y@two.be\n");
  const lines = await preview("name;emails\nX;x@two.be\nXavier;x@two.be\nBoth;x@two.be y@two.be\n");
  expect(outcomes(lines)).toEqual(["unchanged", "refused", "refused"]);
  expect(reasons(lines).slice(1)).toEqual([
    'Line 2 says "X" of the same one, not "Xavier".',
    "y@two.be is an address of somebody else. If both are one person, merge them first.",
  ]);
});

test("what changed after it was shown is not taken over: all of it stays out, and it is shown anew", async () => {
  const id = await give("organisation;name;emails\nLate;L;l@late.be\n;M;m@late.be\n");
  const stranger = await inDesk((tx) =>
    findOrMakeContact(tx, world, desk, { address: "m@late.be", name: "", language: null }),
  );
  expect(await apply(id)).toBe("changed");
  expect(await inDesk((tx) => findContact(tx, desk, "l@late.be")), "nothing of it").toBeNull();
  expect(outcomes(await inDesk((tx) => listLines(tx, desk, id, { limit: 9 })))).toEqual(["made", "changed"]);
  expect(await apply(id)).toBe("done");
  expect((await inDesk((tx) => findContactDetails(tx, desk, stranger.contactId)))?.name).toBe("M");

  // A change that commits between the reading and the writing: the version tells.
  const next = await give("name;emails\nMarie;m@late.be\n");
  let changed: () => void;
  const isChanged = new Promise<void>((resolve) => (changed = resolve));
  const busy = inDesk(async (tx) => {
    await changeContact(tx, world, desk, stranger.contactId, { notes: "Busy." });
    changed();
    await sql`select pg_sleep(0.3)`.execute(tx);
  });
  await isChanged;
  expect(await apply(next)).toBe("changed");
  await busy;
});

test("people of no organisation join it where their domain is confirmed by a file", async () => {
  const early = await inDesk((tx) =>
    findOrMakeContact(tx, world, desk, { address: "e@early.be", name: "", language: null }),
  );
  await take("organisation;domains\nEarly;early.be\n");
  expect((await inDesk((tx) => findContact(tx, desk, early.address)))?.organisationId).not.toBeNull();
  const [line] = await preview("organisation;domains\nThief;early.be\n");
  expect(line?.reason).toBe("The domain early.be was confirmed for another organisation, Early.");
});

test("whatever a file says, giving it again changes nothing", async () => {
  let run = 0;
  const some = (...values: string[]) => fc.constantFrom("", ...values);
  const row = fc.record({
    ...{
      organisation: some("Foo", "foo", "Bar"),
      organisation_external_id: some("1", "2"),
      language: some("fr", "nl"),
    },
    ...{ domains: some("a.be", "b.be"), name: some("Ann", "Bob"), emails: some("x@a.be", "y@b.be x@a.be", "z@c.be") },
    ...{ phone: some("1"), contact_external_id: some("E", "F"), sees: some("own"), contract: some("standard") },
  });
  const property = fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
    run++;
    const own = (text: string) =>
      text.replaceAll(/([abc])\.be/g, `$1-${run}.be`).replace(/^(Foo|foo|Bar|1|2|E|F)$/, `$1 ${run}`);
    const cells = rows.map((each) => DIRECTORY_COLUMNS.map((column: DirectoryColumn) => own(each[column])));
    const file = csvText([[...DIRECTORY_COLUMNS], ...cells]);
    const before = await preview(file);
    await take(file);
    const after = await preview(file);
    expect(after.filter(({ outcome }) => outcome === "made" || outcome === "changed")).toEqual([]);
    const refused = (lines: PlannedLine[]) =>
      lines.filter(({ outcome }) => outcome === "refused").map(({ line }) => line);
    expect(refused(after)).toEqual(expect.arrayContaining(refused(before)));
  });
  await fc.assert(property, { numRuns: 20 });
});

test("a public provider is nobody's domain, by hand neither", async () => {
  await take("organisation;organisation_external_id\nHand;H-1\n");
  const { rows } = await inDesk((tx) =>
    sql<{ id: string }>`
    select organisation_id as id from organisation where desk_id = ${desk} and external_id = 'H-1'`.execute(tx),
  );
  for (const domain of ["gmail.com", "skynet.be", "telenet.be"]) {
    const confirm = { organisationId: rows[0]!.id, domain, agentId };
    expect(await inDesk((tx) => confirmDomain(tx, world, desk, confirm))).toBe("public-provider");
  }
});
