import { addAgent } from "@permanence/people";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findOrMakeTag, mergeTag } from "./tag-store.ts";
import { addTeam } from "./team-store.ts";
import { listTickets } from "./ticket-store.ts";
import { mail, openTestDesk, type TestDesk } from "./ticket-test-desk.ts";
import { readOpenGroups, ViewCounts } from "./view-counts.ts";
import { type ResolvedFilter, resolveFilter, showsGroup, type ViewFilter, viewFilterSchema } from "./view-filter.ts";
import { addView, BUILT_IN, findViewFilter, readViewer } from "./view-store.ts";

let desk: TestDesk;
let ids: { an: string; bob: string; team: string; other: string; tag: string; twin: string; organisation: string };

beforeAll(async () => {
  desk = await openTestDesk();
  const { db, deskId, world } = desk;
  for (let n = 0; n < 40; n++) await desk.receive(mail({ from: `c${n}@v${n % 4}.example`, id: `${n}@v.example` }));
  ids = await db.transaction(deskId, async (tx) => {
    const person = async (name: string) =>
      (await addAgent(tx, world, deskId, { name, email: `${name}@d.example`, role: "agent", language: "fr" }))!.id;
    const [an, bob] = [await person("an"), await person("bob")];
    const team = await addTeam(tx, world, deskId, { name: "A", memberIds: [an] });
    const other = await addTeam(tx, world, deskId, { name: "B", memberIds: [bob] });
    const tag = await findOrMakeTag(tx, world, deskId, { name: "x", colour: "red" });
    const twin = await findOrMakeTag(tx, world, deskId, { name: "y", colour: "red" });
    if (typeof team === "string" || typeof other === "string") throw new Error("teams");
    const organisation = "00000000-0000-7000-8000-0000000000aa";
    await tx
      .insertInto("organisation")
      .values({ desk_id: deskId, organisation_id: organisation, name: "Agence", created_at: world.clock.now() })
      .execute();
    return { an, bob, team: team.id, other: other.id, tag: tag.id, twin: twin.id, organisation };
  });
  await spread();
});
afterAll(() => desk.close());

/** Puts the tickets into every corner: states, owners, teams, tags, snoozes, organisations of their own and their contact's. */
async function spread(): Promise<void> {
  const now = desk.clock.now();
  await desk.db.transaction(desk.deskId, async (tx) => {
    await sql`update contact set organisation_id = ${ids.organisation} where desk_id = ${desk.deskId} and contact_id in (
      select contact_id from ticket where number % 7 = 1)`.execute(tx);
    await sql`update ticket set
      priority = (array['urgent', 'high', 'normal', 'low'])[1 + number % 4],
      language = (array['fr', 'nl', 'en'])[1 + number % 3],
      assignee_id = (array[${ids.an}, ${ids.bob}, null]::uuid[])[1 + number % 3],
      team_id = (array[${ids.team}, ${ids.other}, null, null]::uuid[])[1 + number % 4],
      tag_ids = case number % 5 when 0 then array[${ids.tag}]::uuid[] when 1 then array[${ids.twin}]::uuid[]
        when 2 then array[${ids.tag}, ${ids.twin}]::uuid[] else '{}' end,
      organisation_id = case when number % 6 = 0 then ${ids.organisation}::uuid end,
      snoozed_until = case when number % 5 = 3 then ${now}::bigint + (number % 3 - 1) * 1000 end,
      is_late = number % 8 = 0,
      state = case when number % 9 = 0 then 'closed' when number % 9 = 1 then 'waiting' when number % 9 = 2 then 'on-hold'
        when number % 2 = 0 then 'open' else 'new' end,
      closed_as = case when number % 9 = 0 then 'solved' end,
      closed_at = case when number % 9 = 0 then ${now}::bigint - (number % 4) * 3 * 86400000 end
      where desk_id = ${desk.deskId}`.execute(tx);
  });
}

/** Mostly nothing, so that filters together leave something to be shown. */
const rarely = <T>(list: fc.Arbitrary<T[]>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: list });

const anyFilter = () =>
  fc
    .record({
      states: rarely(fc.subarray(["new", "open", "waiting", "on-hold"])),
      closed: fc.boolean(),
      priorities: rarely(fc.subarray(["urgent", "high", "normal", "low"])),
      teams: rarely(fc.subarray(["mine", ids.other])),
      assignee: fc.constantFrom(null, null, "me", "nobody", "somebody", ids.bob),
      tags: rarely(fc.subarray([ids.tag, ids.twin])),
      languages: rarely(fc.subarray(["fr", "nl"])),
      organisationId: fc.constantFrom(null, null, ids.organisation),
      snoozed: fc.constantFrom("hidden", "only", "shown"),
      breached: fc.constantFrom(false, false, true),
    })
    .map((filter): ViewFilter => viewFilterSchema.parse(filter));

const viewerOf = (agentId: string) => desk.db.transaction(desk.deskId, (tx) => readViewer(tx, desk.deskId, agentId));

async function list(filter: ResolvedFilter, words?: string): Promise<number[]> {
  const now = desk.clock.now();
  const page = { order: "due" as const, after: null, limit: 100 };
  const rows = await desk.db.transaction(desk.deskId, (tx) =>
    listTickets(tx, desk.deskId, { view: { filter, now }, ...(words && { words }) }, page),
  );
  return rows.map(({ number }) => number);
}

test("what a view counts is what it lists, for every filter", async () => {
  const viewer = await viewerOf(ids.an);
  const apart = { tagIds: [...viewer.tagFamilies.keys()], organisationIds: [ids.organisation] };
  const groups = await desk.db.transaction(desk.deskId, (tx) =>
    readOpenGroups(tx, desk.deskId, desk.clock.now(), apart),
  );
  let shown = 0;
  for (const filter of fc.sample(anyFilter(), { numRuns: 120, seed: 7 })) {
    const resolved = resolveFilter(filter, viewer);
    const listed = await list(resolved);
    shown += listed.length;
    const counts = new ViewCounts(() => () => {});
    const [counted] = await counts.count(desk.db, desk.deskId, desk.clock.now(), [resolved], apart);
    expect([filter, counted]).toEqual([filter, listed.length]);
    if (resolved.closed) continue;
    const summed = groups.filter((group) => showsGroup(resolved, group)).reduce((sum, { count }) => sum + count, 0);
    expect([filter, summed]).toEqual([filter, listed.length]);
  }
  expect(shown).toBeGreaterThan(100);
});

test.each([
  ["mine", (t: Row) => t.assignee === ids.an && !t.isSnoozed],
  ["nobody", (t: Row) => t.assignee === null && !t.isSnoozed],
  ["my-teams", (t: Row) => t.team === ids.team && !t.isSnoozed],
  ["breached", (t: Row) => t.isLate],
  ["snoozed", (t: Row) => t.isSnoozed],
  ["open", () => true],
] as const)("the view %s shows what its name says", async (name, expected) => {
  const { rows } = await desk.db.transaction(desk.deskId, (tx) =>
    sql<Row>`select number, assignee_id as assignee, team_id as team, is_late as "isLate",
      coalesce(snoozed_until > ${desk.clock.now()}, false) as "isSnoozed"
      from ticket where state <> 'closed' order by number`.execute(tx),
  );
  const wanted = rows.filter(expected).map(({ number }) => number);
  const listed = await list(resolveFilter(BUILT_IN[name]!, await viewerOf(ids.an)));
  expect(wanted.length).toBeGreaterThan(0);
  expect(listed.toSorted((a, b) => a - b)).toEqual(wanted);
});
type Row = { number: number; assignee: string | null; team: string | null; isLate: boolean; isSnoozed: boolean };

test("a view of a tag shows what any tag had that was merged into it", async () => {
  await desk.db.transaction(desk.deskId, (tx) => mergeTag(tx, desk.deskId, ids.twin, ids.tag));
  const viewer = await viewerOf(ids.an);
  const of = (tag: string) => list(resolveFilter(viewFilterSchema.parse({ tags: [tag], snoozed: "shown" }), viewer));
  expect(await of(ids.tag)).toEqual(await of(ids.twin));
  const { rows } = await desk.db.transaction(desk.deskId, (tx) =>
    sql<{ count: number }>`select count(*) as count from ticket where state <> 'closed' and tag_ids <> '{}'`.execute(
      tx,
    ),
  );
  expect((await of(ids.tag)).length).toBe(rows[0]!.count);
});

test("twenty who ask at once share one reading; a change makes it old, what changes nothing does not", async () => {
  let change: (told: { type: string }) => void = () => {};
  const counts = new ViewCounts((_, heard) => {
    change = heard;
    return () => {};
  });
  let readings = 0;
  const counting = {
    transaction: (...given: Parameters<typeof desk.db.transaction>) => (readings++, desk.db.transaction(...given)),
  };
  const viewer = await viewerOf(ids.an);
  const filters = [resolveFilter(BUILT_IN["open"]!, viewer), resolveFilter(BUILT_IN["mine"]!, viewer)];
  const ask = (atMs: number) =>
    counts.count(
      counting as typeof desk.db,
      desk.deskId,
      desk.clock.now(),
      filters,
      { tagIds: [], organisationIds: [] },
      atMs,
    );
  const first = await Promise.all(Array.from({ length: 20 }, () => ask(0)));
  expect(readings).toBe(1);
  expect(new Set(first.map(String)).size).toBe(1);
  change({ type: "presence" });
  await ask(10);
  expect(readings).toBe(1);
  change({ type: "ticket" });
  await ask(20);
  expect(readings).toBe(2);
  await ask(6_000); // Time alone: a snooze may have ended.
  expect(readings).toBe(3);
});

test("beyond a thousand, nobody counts", async () => {
  const group = {
    state: "open",
    priority: "low",
    teamId: null,
    assigneeId: null,
    language: "fr",
    isLate: false,
  } as const;
  const many = { ...group, isSnoozed: false, tagIds: [], organisationId: null, count: 20_000 };
  const db = { transaction: async () => [many, many] } as unknown as typeof desk.db;
  const open = resolveFilter(BUILT_IN["open"]!, await viewerOf(ids.an));
  const counts = new ViewCounts(() => () => {});
  expect(await counts.count(db, desk.deskId, desk.clock.now(), [open], { tagIds: [], organisationIds: [] })).toEqual([
    1001,
  ]);
});

test("an agent finds the views of all and their own, nobody else's", async () => {
  const filter = BUILT_IN["mine"]!;
  const [shared, hers] = await desk.db.transaction(desk.deskId, async (tx) => [
    await addView(tx, desk.world, desk.deskId, null, { name: "De tous", filter }),
    await addView(tx, desk.world, desk.deskId, ids.an, { name: "D’An", filter }),
  ]);
  const finds = (agentId: string, view: typeof shared) =>
    desk.db.transaction(desk.deskId, async (tx) => {
      if (view === "too-many" || view === undefined) throw new Error("none");
      return (await findViewFilter(tx, desk.deskId, agentId, view.id)) !== null;
    });
  expect([await finds(ids.an, shared), await finds(ids.bob, shared)]).toEqual([true, true]);
  expect([await finds(ids.an, hers), await finds(ids.bob, hers)]).toEqual([true, false]);
});

test("my own are read by the index of who has them, in the order of the queue", async () => {
  const plan = await desk.db.transaction(desk.deskId, async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    await sql`set local enable_sort = off`.execute(tx);
    const { rows } = await sql<Record<string, string>>`explain select ticket_id from ticket t
      where t.desk_id = ${desk.deskId} and t.state <> 'closed' and t.assignee_id = ${ids.an}::uuid
      order by t.queue_at, (case t.priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end),
        t.received_at, t.ticket_id limit 50`.execute(tx);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });
  expect(plan).toContain("ticket_queue_of_assignee");
});
