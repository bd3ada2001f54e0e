import { newId } from "@permanence/kernel";
import { addAgent } from "@permanence/people";
import { afterAll, beforeAll, expect, test } from "vitest";
import { previewRules } from "./assignment-preview.ts";
import { assignmentRuleSchema } from "./assignment-rule.ts";
import { saveRules } from "./assignment-rule-store.ts";
import { findOrMakeTag, mergeTag } from "./tag-store.ts";
import { addTeam, endTeam, setSpoken } from "./team-store.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

let desk: TestDesk;
let people: { an: string; bob: string; team: string; tag: string };

beforeAll(async () => {
  desk = await openTestDesk();
  const { db, deskId, world } = desk;
  people = await db.transaction(deskId, async (tx) => {
    const person = (name: string) =>
      addAgent(tx, world, deskId, { name, email: `${name}@desk.example`, role: "agent", language: "fr" });
    const [an, bob] = [(await person("an"))!.id, (await person("bob"))!.id];
    await setSpoken(tx, deskId, an, ["fr", "nl"]);
    await setSpoken(tx, deskId, bob, ["fr"]);
    const team = await addTeam(tx, world, deskId, { name: "Première ligne", memberIds: [an, bob] });
    if (typeof team === "string") throw new Error(team);
    const tag = await findOrMakeTag(tx, world, deskId, { name: "Info", colour: "blue" });
    return { an, bob, team: team.id, tag: tag.id };
  });
});
afterAll(() => desk.close());

async function setRules(...rules: object[]): Promise<void> {
  const parsed = rules.map((rule) => assignmentRuleSchema.parse(rule));
  await desk.db.transaction(desk.deskId, (tx) =>
    saveRules(tx, desk.world, desk.deskId, { rules: parsed, madeBy: people.an }, () => true),
  );
}

let sent = 0;
async function arrive(to?: string, text?: string) {
  const id = `${++sent}@r.example`;
  const inbound = await desk.receive(mail({ from: `c${sent}@r${sent}.example`, id, ...(text && { text }) }), to);
  return desk.db.transaction(desk.deskId, async (tx) => {
    const ticket = await tx
      .selectFrom("ticket")
      .select(["assignee_id", "team_id", "tag_ids", "language"])
      .where("ticket_id", "=", inbound.ticket_id!)
      .executeTakeFirstOrThrow();
    const events = await tx
      .selectFrom("ticket_event")
      .select(["type", "actor", "data"])
      .where("ticket_id", "=", inbound.ticket_id!)
      .where("type", "in", ["assigned", "team", "tagged", "not-assigned"])
      .orderBy("sequence")
      .execute();
    return { ...ticket, events };
  });
}

test("without rules, a ticket is nobody's", async () => {
  expect(await arrive()).toMatchObject({ assignee_id: null, team_id: null, events: [] });
});

test("the least loaded speaker gets it, one after another, and the history says by which rule", async () => {
  await setRules({ name: "À tous", when: {}, give: { teamId: people.team, leastLoaded: true } });
  const first = await arrive();
  const second = await arrive();
  expect(new Set([first.assignee_id, second.assignee_id])).toEqual(new Set([people.an, people.bob]));
  expect(first.events).toMatchObject([
    { type: "team", actor: "desk", data: { to: { name: "Première ligne" }, rule: "À tous" } },
    { type: "assigned", actor: "desk", data: { rule: "À tous" } },
  ]);
});

const DUTCH =
  "Goedendag, sinds gisteren kan ik de lijst van panden niet meer filteren. Kunt u dit alstublieft nakijken?";

test("only who speaks the customer's language is asked, however much they have", async () => {
  for (let n = 0; n < 3; n++)
    expect(await arrive(undefined, DUTCH)).toMatchObject({ language: "nl", assignee_id: people.an });
});

test("a rule that tags by mailbox, and one that takes by tag, also after the tag was merged", async () => {
  const tagging = { name: "Info", when: { mailboxes: ["info@desk.example"] }, give: { tagIds: [people.tag] } };
  await setRules(tagging, { name: "Bob", when: { tagIds: [people.tag] }, give: { agentId: people.bob } });
  expect(await arrive("info@desk.example")).toMatchObject({ assignee_id: people.bob, tag_ids: [people.tag] });
  expect(await arrive()).toMatchObject({ assignee_id: null, tag_ids: [] });

  const merged = await desk.db.transaction(desk.deskId, async (tx) => {
    const into = await findOrMakeTag(tx, desk.world, desk.deskId, { name: "Informations", colour: "teal" });
    await mergeTag(tx, desk.deskId, people.tag, into.id);
    return into.id;
  });
  expect(await arrive("info@desk.example")).toMatchObject({ assignee_id: people.bob, tag_ids: [merged] });
});

test("a preview says what each rule would take, and changes nothing", async () => {
  const rules = [
    { name: "Néerlandais", when: { languages: ["nl"] }, give: { teamId: people.team, leastLoaded: true } },
    { name: "Le reste", when: {}, give: { teamId: people.team } },
  ].map((each) => assignmentRuleSchema.parse(each));
  const before = await rows();
  const preview = await desk.db.transaction(desk.deskId, (tx) => previewRules(tx, desk.desk, rules));
  expect(preview.items[0]).toMatchObject({ name: "Néerlandais", count: 3, tickets: [{ to: "an" }, {}, {}] });
  expect(preview.items[0]!.count + preview.items[1]!.count).toBe(preview.looked);
  expect(preview.looked).toBe(before.length);
  expect(await rows()).toEqual(before);
});

const rows = () =>
  desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("ticket").select(["ticket_id", "assignee_id", "version"]).orderBy("ticket_id").execute(),
  );

test("where whom a rule names is here no more, the ticket stays nobody's and says so", async () => {
  await desk.db.transaction(desk.deskId, (tx) => endTeam(tx, desk.deskId, people.team, desk.clock.now()));
  await setRules({ name: "Ancienne équipe", when: {}, give: { teamId: people.team, leastLoaded: true } });
  expect(await arrive()).toMatchObject({
    ...{ assignee_id: null, team_id: null },
    events: [{ type: "not-assigned", data: { to: "Ancienne équipe" } }],
  });
  await setRules({ name: "Inconnu", when: {}, give: { agentId: newId(desk.world) } });
  expect(await arrive()).toMatchObject({ assignee_id: null, events: [{ type: "not-assigned" }] });
});
