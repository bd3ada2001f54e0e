import { testDatabase, type TestDatabase } from "@permanence/database";
import { fromIso, instant, seededRandom, VirtualClock, type World } from "@permanence/kernel";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attainmentCsv } from "./attainment-csv.ts";
import { attainmentPdf } from "./attainment-pdf.ts";
import { type AttainmentReport, reportAttainment } from "./attainment-report.ts";
import type { ClockChoice } from "./clock-columns.ts";
import { type ClockFilter, listClocks } from "./clock-list.ts";
import { addClocks, type MadeClock, makeDesk, REPORTED_DESK } from "./test-clocks.ts";

const ZONE = "Europe/Brussels";
const PERIOD = {
  from: Temporal.PlainDate.from("2026-01-20"),
  to: Temporal.PlainDate.from("2026-04-10"), // Over the change to summer time.
  timeZone: ZONE,
};
const [FIRST, LAST] = [fromIso("2026-01-19T23:00:00Z")!, fromIso("2026-04-10T21:59:59.999Z")!];

const anyClock: fc.Arbitrary<MadeClock> = fc
  .record({
    priority: fc.constantFrom("urgent", "high", "normal", "low"),
    organisation: fc.constantFrom(0, 1, null),
    startedAt: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: FIRST, max: LAST }) },
      { weight: 1, arbitrary: fc.constantFrom(FIRST, LAST, FIRST - 1, LAST + 1) }, // The edges, and just outside.
    ),
    tookMs: fc.option(fc.integer({ min: 0, max: 100_000_000 })),
    outcome: fc.constantFrom("running", "pending", "met", "breached", "void"),
    receipt: fc.constantFrom("presumed", "delivered", "displayed"),
    isRaised: fc.boolean(),
  })
  .map(({ startedAt, tookMs, outcome, receipt, isRaised, ...clock }) => {
    const stops = outcome === "met" || ((outcome === "breached" || outcome === "void") && tookMs !== null);
    return {
      ...{ ...clock, outcome, startedAt: instant(startedAt) },
      stoppedAt: stops ? instant(startedAt + (tookMs ?? 0)) : null,
      receipt: stops ? receipt : null,
      cause: outcome === "breached" && isRaised ? ("raised" as const) : null,
    };
  });

let database: TestDatabase;
let made: MadeClock[];
let organisations: string[];
beforeAll(async () => {
  database = await testDatabase();
  const world: World = { clock: new VirtualClock(LAST), random: seededRandom("reports") };
  const people = await makeDesk(database.db, world);
  organisations = people.organisations;
  made = fc.sample(anyClock, { numRuns: 800, seed: 7 });
  await addClocks(database.db, world, people, made);
});
afterAll(() => database?.close());

const report = (choice: Partial<ClockChoice> = {}): Promise<AttainmentReport> =>
  reportAttainment(database.db, REPORTED_DESK, {
    ...{ choice: { target: "response", ...choice }, period: PERIOD, asOf: LAST },
  });

/** Whose clock the `i`th one is: the contacts take turns, and the first of them belongs to the second organisation. */
const ownerOf = (clock: MadeClock, i: number): number | null => clock.organisation ?? (i % 2 === 0 ? 1 : null);

type Which = (clock: MadeClock, i: number) => boolean;
const within: Which = ({ startedAt }) => startedAt >= FIRST && startedAt <= LAST;

/** The same, reckoned by hand. */
function expected(which: Which) {
  const clocks = made.filter((clock, i) => within(clock, i) && which(clock, i));
  const count = (choose: (clock: MadeClock) => boolean) => clocks.filter(choose).length;
  const stopped = clocks.filter(({ stoppedAt, outcome }) => stoppedAt !== null && outcome !== "void");
  const took = stopped.map(({ startedAt, stoppedAt }) => stoppedAt! - startedAt).toSorted((a, b) => a - b);
  const met = count(({ outcome }) => outcome === "met");
  const breached = count(({ outcome, cause }) => outcome === "breached" && cause === null);
  return {
    ...{ tickets: clocks.length, met, breached },
    raised: count(({ cause }) => cause === "raised"),
    pending: count(({ outcome }) => outcome === "pending"),
    running: count(({ outcome }) => outcome === "running"),
    void: count(({ outcome }) => outcome === "void"),
    presumed: stopped.filter(({ receipt }) => receipt === "presumed").length,
    proven: stopped.filter(({ receipt }) => receipt !== "presumed").length,
    attainment: met + breached === 0 ? null : met / (met + breached),
    spread: expect.objectContaining({ count: took.length, worstMs: took.at(-1) ?? null }),
  };
}

const wall = ({ startedAt }: MadeClock) => Temporal.Instant.fromEpochMilliseconds(startedAt).toZonedDateTimeISO(ZONE);

test("each figure is the count of the clocks that it names", async () => {
  const { total, months, priorities, organisations: groups, hours } = await report();
  expect(total).toEqual(expected(() => true));
  expect(months.map(({ month }) => month)).toEqual(["2026-01", "2026-02", "2026-03", "2026-04"]);
  for (const { month, figures } of months)
    expect(figures).toEqual(expected((clock) => wall(clock).toPlainDate().toPlainYearMonth().toString() === month));
  for (const { priority, figures } of priorities)
    expect(figures).toEqual(expected((clock) => clock.priority === priority));
  expect(groups).toHaveLength(3);
  for (const { organisation, figures } of groups) {
    const owner = organisation === null ? null : organisations.indexOf(organisation.id);
    expect(figures).toEqual(expected((clock, i) => ownerOf(clock, i) === owner));
  }
  for (const [hour, { tickets }] of hours.entries())
    expect(tickets).toBe(made.filter((clock, i) => within(clock, i) && hourOf(clock) === hour).length);
});

const hourOf = (clock: MadeClock) => (wall(clock).dayOfWeek - 1) * 24 + wall(clock).hour;

test("a choice of priority and organisation counts nothing else", async () => {
  expect((await report({ priority: "high" })).total).toEqual(expected(({ priority }) => priority === "high"));
  const ofSecond = await report({ organisationId: organisations[1]! });
  expect(ofSecond.total).toEqual(expected((clock, i) => ownerOf(clock, i) === 1));
  const ofNobody = await report({ organisationId: null, priority: "low" });
  expect(ofNobody.total).toEqual(expected((clock, i) => ownerOf(clock, i) === null && clock.priority === "low"));
  expect((await report({ target: "resolution" })).total).toMatchObject({ tickets: 0, attainment: null });
});

test("behind each number stand as many tickets, each on one page only", async () => {
  const { total } = await report();
  const filters: [ClockFilter, number][] = [
    [{}, total.tickets],
    ...(["running", "pending", "met", "breached", "raised", "void"] as const).map(
      (outcome) => [{ outcome }, total[outcome]] as [ClockFilter, number],
    ),
    [{ receipt: "proven" }, total.proven],
    [{ receipt: "presumed" }, total.presumed],
    [{ hour: 30 }, made.filter((clock, i) => within(clock, i) && hourOf(clock) === 30).length],
  ];
  for (const [filter, count] of filters) expect([filter, new Set(await listAll(filter)).size]).toEqual([filter, count]);
});

async function listAll(filter: ClockFilter): Promise<string[]> {
  const ids: string[] = [];
  const asked = { choice: { target: "response" }, period: PERIOD, filter, limit: 60 };
  for (let after: { startedAt: ReturnType<typeof instant>; ticketId: string } | null = null; ;) {
    const rows = await database.db.transaction(REPORTED_DESK, (tx) =>
      listClocks(tx, REPORTED_DESK, { ...asked, after }),
    );
    ids.push(...rows.map((row) => row.ticket_id));
    if (rows.length < asked.limit) return ids;
    after = { startedAt: rows.at(-1)!.started_at, ticketId: rows.at(-1)!.ticket_id };
  }
}

test("as a table: a line for each group, and no name is a formula", async () => {
  const whole = await report();
  const lines = attainmentCsv(whole).trimEnd().split("\r\n");
  expect(lines).toHaveLength(2 + whole.months.length + 4 + 3);
  expect(lines[0]).toBe(
    "\uFEFFgrouping,group,tickets,met,breached,raised,pending,running,void,attainment,proven,presumed,p50_ms,p90_ms,worst_ms",
  );
  expect(lines.find((line) => line.includes("Agence B"))).toMatch(/^organisation,'=Agence B,/);
});

test.each(["fr", "nl", "en"] as const)("on paper, in %s: a tagged PDF of a page or two", async (language) => {
  const bytes = await attainmentPdf(await report(), { deskName: "Essai Žilvinas", language });
  const text = bytes.toString("latin1");
  expect(text.startsWith("%PDF-1.7")).toBe(true);
  expect(text).toContain(`/Lang (${{ fr: "fr-BE", nl: "nl-BE", en: "en-GB" }[language]})`);
  expect(text).toContain("/MarkInfo");
  expect(text.match(/\/Type \/Page\b(?!s)/g)!.length).toBeLessThanOrEqual(3);
});
