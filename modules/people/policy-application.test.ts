import { type DeskId, testDatabase, type TestDatabase } from "@permanence/database";
import { instant } from "@permanence/kernel";
import { afterAll, beforeEach, expect, test } from "vitest";
import { findContracts } from "./contract-store.ts";
import { applyDesk } from "./desk-application.ts";
import { addOrganisation } from "./organisation-store.ts";
import { addVersion, findPromises } from "./policy-store.ts";
import { termsAt } from "./policy-terms.ts";
import { DESK_YAML, KINDS, START, testWorld } from "./test-desk.ts";

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let world: ReturnType<typeof testWorld>;
let desk: DeskId;
beforeEach(async () => {
  await database?.close();
  database = await testDatabase();
  world = testWorld();
  desk = ((await apply(DESK_YAML)) as { deskId: DeskId }).deskId;
});
afterAll(() => database.close());

const apply = (deskYaml: string, force = false) =>
  applyDesk(database.db, world, { deskYaml, templates: [] }, KINDS, { force });

const promises = () => database.db.transaction(desk, (tx) => findPromises(tx, desk));

async function responseAt(at: number): Promise<number> {
  return termsAt(await promises(), "standard", instant(at)).response.urgent.targetMs;
}

/** As the API does it. */
async function editedByAgent(targetMs: number): Promise<void> {
  const { policies } = await promises();
  const { document } = policies.at(-1)!;
  const urgent = { ...document.response.urgent, target: targetMs };
  const made = { madeBy: "agent:anne", madeAt: world.clock.now(), holdsFrom: world.clock.now() };
  const edited = { name: "standard", document: { ...document, response: { ...document.response, urgent } }, ...made };
  await database.db.transaction(desk, (tx) => addVersion(tx, desk, "policy_version", policies, edited));
}

test("applying the same file again makes no version; another one makes one that holds from then on", async () => {
  expect(await apply(DESK_YAML)).toMatchObject({ changed: [] });
  expect(await promises()).toMatchObject({ policies: [{ version: 1 }], calendars: [{ version: 1 }] });
  world.clock.advance(HOUR_MS);
  expect(await apply(DESK_YAML.replace("urgent: { target: 1 h", "urgent: { target: 2 h"))).toMatchObject({
    changed: ["policy"],
  });
  expect(await promises()).toMatchObject({ policies: [{ version: 1 }, { version: 2 }], calendars: [{ version: 1 }] });
  expect(await responseAt(START + HOUR_MS - 1)).toBe(HOUR_MS);
  expect(await responseAt(START + HOUR_MS)).toBe(2 * HOUR_MS);
});

test("a calendar that changes is a version of its own, and the policy stays", async () => {
  world.clock.advance(HOUR_MS);
  const changed = DESK_YAML.replace('fri: [["22:00", "02:00"]]', 'fri: [["09:00", "12:00"]]');
  expect(await apply(changed)).toMatchObject({ changed: ["policy", "calendars"] }); // The promise is another one now.
  const now = await promises();
  expect(now).toMatchObject({ policies: [{ version: 1 }], calendars: [{ version: 1 }, { version: 2 }] });
  const fridays = (at: number) => termsAt(now, "standard", instant(at)).response.high.calendar!.week.fri;
  expect([fridays(START), fridays(START + HOUR_MS)]).toEqual([[["22:00", "02:00"]], [["09:00", "12:00"]]]);
});

test("an edit by the API stays under an unchanged file, and is not overwritten by a changed one unless forced", async () => {
  world.clock.advance(HOUR_MS);
  await editedByAgent(3 * HOUR_MS);
  expect(await apply(DESK_YAML)).toMatchObject({ changed: [] });
  expect(await responseAt(START + HOUR_MS)).toBe(3 * HOUR_MS);
  const other = DESK_YAML.replace("urgent: { target: 1 h", "urgent: { target: 2 h").replace(
    "name: Agence\n",
    "name: X\n",
  );
  expect(await apply(other)).toMatchObject({ errors: [{ place: "desk.yaml: policy" }] });
  expect(await apply(DESK_YAML)).toMatchObject({ changed: [] }); // The refused file left nothing, its name neither.
  world.clock.advance(HOUR_MS);
  expect(await apply(other, true)).toMatchObject({ changed: ["name", "policy"] });
  expect(await responseAt(START + 2 * HOUR_MS)).toBe(2 * HOUR_MS);
});

const GOLD = `
policies:
  gold:
    response:
      urgent: { target: 30 min, demands: delivered, waiting: 5 min }
      high: { target: 1 h, demands: presumed, waiting: 5 min, calendar: staffed }
      normal: { target: 2 h, demands: presumed, waiting: 5 min }
      low: { target: 2 h, demands: presumed, waiting: 5 min }
contracts: { Agence du Parc: gold }
`;

test("an organisation has its contract from when the file says so until it no longer does", async () => {
  expect(await apply(DESK_YAML + GOLD)).toMatchObject({
    errors: [{ place: "desk.yaml: contracts.Agence du Parc", sentence: expect.stringContaining("no organisation") }],
  });
  expect((await promises()).policies).toHaveLength(1);
  const { id } = await database.db.transaction(desk, (tx) => addOrganisation(tx, world, desk, "Agence du Parc"));
  const policyAt = async (at: number) =>
    (await database.db.transaction(desk, (tx) => findContracts(tx, desk, [id]))).policyAt(id, instant(at));
  world.clock.advance(HOUR_MS);
  expect(await apply(DESK_YAML + GOLD)).toMatchObject({ changed: ["policies.gold", "contracts"] });
  expect(await apply(DESK_YAML + GOLD)).toMatchObject({ changed: [] });
  world.clock.advance(HOUR_MS);
  expect(await apply(DESK_YAML)).toMatchObject({ changed: ["contracts"] });
  expect(await Promise.all([0, 1, 2].map((hours) => policyAt(START + hours * HOUR_MS)))).toEqual([
    "standard",
    "gold",
    "standard",
  ]);
});

test.each([
  ["contracts: { Agence: silver }", "contracts.Agence", "must be one of the policies"],
  [
    GOLD.replace("      low: { target: 2 h, demands: presumed, waiting: 5 min }\n", ""),
    "policies.gold.response",
    "missing",
  ],
  [GOLD.replace("calendar: staffed", "calendar: lost"), "policies.gold.response.high.calendar", "one of the calendars"],
  ["warnings: { at: [50], tell: [80] }", "warnings.tell.0", "must be one of those under at"],
  ["warnings: { at: [120] }", "warnings.at.0", "at most 99"],
  ["escalation: [{ target: response, at: 80 }]", "escalation.0", "must raise or assign"],
  ["targets: { firstReply: { by: { urgent: { target: soon } } } }", "targets.firstReply.by", "duration"],
])("%s is refused at its place", async (yaml, place, words) => {
  const { errors } = (await apply(`${DESK_YAML}\n${yaml}`)) as { errors: { place: string; sentence: string }[] };
  expect(errors.map((error) => `${error.place} ${error.sentence}`).join("\n")).toMatch(
    new RegExp(`${place.replaceAll(".", "\\.")}.*${words}`),
  );
  expect((await promises()).policies).toHaveLength(1);
});
