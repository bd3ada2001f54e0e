import type { Tx } from "@permanence/database";
import { addAgent } from "@permanence/people";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { saveChoices } from "./agent-choice-store.ts";
import { mailNews } from "./agent-news-mail.ts";
import { newsSentence } from "./agent-news-words.ts";
import {
  listNews,
  markNewsSeen,
  NEWS_KINDS,
  newsOf,
  notifyAgents,
  TELL_AGENTS,
  type TellAgents,
  tellAgents,
} from "./agent-news.ts";
import { assign } from "./assignment.ts";
import { addTeam } from "./team-store.ts";
import { openTicketChange } from "./ticket-change.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";

const [AN, BOB, TEAM] = ["an", "bob", "team"] as const;
const event = (type: string, actor: string, data: Record<string, unknown>) => ({ type, actor, data });

test.each([
  ["given to me by another", [event("assigned", "agent:bob", { to: { id: AN } })], ["assigned to an by bob"]],
  ["taken by myself", [event("assigned", "agent:an", { to: { id: AN } })], []],
  ["given by a rule", [event("assigned", "desk", { to: { id: AN }, rule: "r" })], ["assigned to an by null"]],
  [
    "given to bob and then to me",
    [event("assigned", "desk", { to: { id: BOB } }), event("assigned", "desk", { to: { id: AN } })],
    ["assigned to an by null"],
  ],
  ["given to my team", [event("team", "agent:bob", { to: { id: TEAM } })], ["team to team by bob"]],
  ["taken from a team", [event("team", "agent:bob", { to: null })], []],
  ["the customer wrote", [event("message", "customer", { kind: "customer" })], ["reply to an by null"]],
  ["the first message", [event("registered", "customer", {}), event("message", "customer", { kind: "customer" })], []],
  ["a colleague wrote", [event("message", "agent:bob", { kind: "agent" })], []],
  ["half the time is gone", [event("warned", "desk", { percent: 50 })], []],
  [
    "of two clocks 80 % are gone",
    [event("warned", "desk", { percent: 80 }), event("warned", "desk", { percent: 80, target: "response" })],
    ["breach-near to an by null"],
  ],
])("%s", (_, events, told) => {
  const news = newsOf(events, { assignee_id: AN });
  expect(news.map(({ kind, to, by }) => `${kind} to ${"agentId" in to ? to.agentId : to.teamId} by ${by}`)).toEqual(
    told,
  );
});

test("on what nobody has, nobody is told that the customer wrote", () => {
  expect(newsOf([event("message", "customer", { kind: "customer" })], { assignee_id: null })).toEqual([]);
});

test.each(["fr", "nl", "en"])("each kind is a sentence of its own in %s", (language) => {
  const said = NEWS_KINDS.map((kind) => newsSentence({ kind, number: 7, subject: "Panne", by: "An" }, language));
  expect(new Set(said).size).toBe(NEWS_KINDS.length);
  for (const sentence of said) expect(sentence).toMatch(/7.*\(Panne\)/);
});

let desk: TestDesk;
let ticketId: string;
let people: { an: string; bob: string; team: string };
beforeAll(async () => {
  desk = await openTestDesk();
  ticketId = (await desk.receive(mail({}))).ticket_id!;
  const { db, deskId, world } = desk;
  people = await db.transaction(deskId, async (tx) => {
    const person = async (name: string, language: string) =>
      (await addAgent(tx, world, deskId, { name, email: `${name}@d.example`, role: "agent", language }))!.id;
    const [an, bob] = [await person("an", "nl"), await person("bob", "fr")];
    const team = await addTeam(tx, world, deskId, { name: "A", memberIds: [an, bob] });
    if (typeof team === "string") throw new Error(team);
    return { an, bob, team: team.id };
  });
});
beforeEach(() => desk.clock.advance(3_600_000));
afterAll(() => desk.close());

const within = <T>(work: (tx: Tx) => Promise<T>) => desk.db.transaction(desk.deskId, work);
const listOf = (agentId: string) => within((tx) => listNews(tx, desk.deskId, agentId, 50));
const tell = (kind: "mention" | "reply", newsId?: string) =>
  within((tx) =>
    notifyAgents(desk.world, tx, desk.deskId, {
      ...{ kind, agentIds: [people.an, people.bob, people.an], ticketId, by: people.bob },
      ...(newsId !== undefined && { newsId }),
    }),
  );

test("whoever did it is not told, each of the others once, also when told twice", async () => {
  const newsId = "00000000-0000-7000-8000-00000000000a";
  await tell("mention", newsId);
  await tell("mention", newsId);
  expect((await listOf(people.an)).map(({ kind, by }) => [kind, by])).toEqual([["mention", "bob"]]);
  expect(await listOf(people.bob)).toEqual([]);
});

test("an agent is told by the ways that they chose, and of nothing where they chose none", async () => {
  await within((tx) => saveChoices(tx, desk.deskId, people.an, { news: { reply: { page: false, mail: false } } }));
  const before = (await listOf(people.an)).length;
  await tell("reply");
  expect((await listOf(people.an)).length).toBe(before);
  await within((tx) => saveChoices(tx, desk.deskId, people.an, { news: { reply: { page: true, mail: false } } }));
  await tell("reply");
  expect((await listOf(people.an)).length).toBe(before + 1);
});

test("giving a ticket to a team tells all of it but the giver, by a job of the same commit", async () => {
  await within(async (tx) => {
    const change = (await openTicketChange(tx, desk.world, desk.deskId, ticketId))!;
    await assign(tx, change, `agent:${people.bob}`, { teamId: people.team, assigneeId: people.an });
    change.save(tx);
  });
  const { rows } = await desk.db.pool.query<{ payload: TellAgents }>(
    `select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = $1 order by j.id`,
    [TELL_AGENTS],
  );
  expect(rows.map(({ payload }) => payload.kind as string).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "assigned",
    "team",
  ]);
  for (const { payload } of [...rows, ...rows]) await tellAgents(desk.db, desk.world, payload); // Twice is once.
  const news = await listOf(people.an);
  expect(
    news
      .slice(0, 2)
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(["assigned", "team"]);
  expect(await listOf(people.bob)).toEqual([]);
});

const mails = () =>
  within((tx) =>
    tx.selectFrom("outgoing_mail").select("subject").where("purpose", "=", "alert").orderBy("created_at").execute(),
  );
const mailAn = () => mailNews(desk.db, desk.world, { deskId: desk.deskId, agentId: people.an });

test("five mails in ten minutes leave at once, what follows comes in one when they are over", async () => {
  await mailAn(); // What the tests before left.
  desk.clock.advance(3_600_000);
  const before = (await mails()).length;
  for (let n = 0; n < 9; n++) {
    await tell("mention");
    await mailAn();
    desk.clock.advance(10_000);
  }
  expect((await mails()).length).toBe(before + 5);
  desk.clock.advance(9 * 60_000);
  await mailAn();
  const sent = await mails();
  expect(sent.length).toBe(before + 6);
  expect(sent.at(-1)!.subject).toBe("[Essai] 4 berichten voor u"); // In the agent's language.
  await mailAn();
  expect((await mails()).length).toBe(before + 6);
});

test("what was seen in the page is not mailed any more", async () => {
  const before = (await mails()).length;
  await tell("mention");
  await within((tx) => markNewsSeen(tx, desk.deskId, people.an, { ticketId, at: desk.clock.now() }));
  await mailAn();
  expect((await mails()).length).toBe(before);
});
