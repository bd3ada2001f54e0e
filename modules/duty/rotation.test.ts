import { fromIso, type Instant, instant, toIso } from "@permanence/kernel";
import { WEEKDAYS, type Weekday } from "@permanence/sla";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DutyPlan, findGaps, nextOnDuty, onDutyAt, shiftsOf } from "./duty-plan.ts";
import type { Override, Rota, Rotation } from "./rota.ts";
import { shiftsByRotation } from "./rotation.ts";

const HOUR_MS = 3_600_000;
const zone = "Europe/Brussels";

const weekly = {
  ...{ people: ["anne", "bob"], since: "2026-03-02", days: ["mon"], at: ["09:00"], hours: "always" },
} as const satisfies Rotation;
const rotaOf = (rotation: Partial<Rotation>): Rota => ({
  ...{ name: "urgent", priorities: ["urgent"], cover: "always", timeZone: zone },
  levels: [[{ ...weekly, ...rotation }]],
});
const planOf = (rota: Rota, overrides: Override[] = []): DutyPlan => ({
  ...{ rotas: [rota], overrides },
  agentIds: new Set(["anne", "bob", "carl"]),
});
const override = (agentId: string, from: string, until: string, swapId: string | null = null): Override => ({
  ...{ overrideId: `${agentId} ${from}`, rota: "urgent", level: 0, agentId, swapId },
  ...{ from: fromIso(from)!, until: fromIso(until)! },
});
const words = ({ agentId, until }: { agentId: string; until: Instant | null }) =>
  `${agentId} until ${until === null ? "?" : toIso(until)}`;

describe("who is on duty, and until when", () => {
  const sunday = { from: "2026-03-29T00:00:00Z", until: "2026-03-29T12:00:00Z" };
  const cases: [string, Rota, Override[], string, string | null][] = [
    [
      "the first week is the first person's",
      rotaOf({}),
      [],
      "2026-03-02T08:00:00Z",
      "anne until 2026-03-09T08:00:00.000Z",
    ],
    ["before it, nobody's", rotaOf({}), [], "2026-03-02T07:59:59.999Z", null],
    [
      "the instant of the handover is the next one's",
      rotaOf({}),
      [],
      "2026-03-09T08:00:00Z",
      "bob until 2026-03-16T08:00:00.000Z",
    ],
    [
      "a week that loses an hour ends at nine all the same",
      rotaOf({}),
      [],
      "2026-03-28T12:00:00Z",
      "bob until 2026-03-30T07:00:00.000Z",
    ],
    [
      "at three o'clock on Christmas night",
      rotaOf({}),
      [],
      "2026-12-25T02:00:00Z",
      "anne until 2026-12-28T08:00:00.000Z",
    ],
    [
      "one person alone is on duty without an end",
      rotaOf({ people: ["anne"] }),
      [],
      "2026-03-10T00:00:00Z",
      "anne until ?",
    ],
    ["a rotation without people is nobody's", rotaOf({ people: [] }), [], "2026-03-10T00:00:00Z", null],
    ["who left the desk is not on duty", rotaOf({ people: ["zoe", "anne"] }), [], "2026-03-03T00:00:00Z", null],
    [
      "an override is in the place of whoever's turn it is",
      rotaOf({}),
      [override("carl", sunday.from, sunday.until)],
      sunday.from,
      "carl until 2026-03-29T12:00:00.000Z",
    ],
    [
      "and before it the shift ends where it begins",
      rotaOf({}),
      [override("carl", sunday.from, sunday.until)],
      "2026-03-28T00:00:00Z",
      "bob until 2026-03-29T00:00:00.000Z",
    ],
    [
      "an override of the same person changes nothing",
      rotaOf({}),
      [override("bob", sunday.from, sunday.until)],
      "2026-03-28T00:00:00Z",
      "bob until 2026-03-30T07:00:00.000Z",
    ],
    [
      "a first day that is no day of handovers",
      rotaOf({ since: "2026-03-04" }),
      [],
      "2026-03-10T00:00:00Z",
      "bob until 2026-03-16T08:00:00.000Z",
    ],
  ];
  test.each(cases)("%s", (_, rota, overrides, at, expected) => {
    const found = onDutyAt(planOf(rota, overrides), rota, 0, fromIso(at)!);
    expect(found && words(found)).toBe(expected);
  });

  test("a night on which clocks go forward gives nobody an inverted shift", () => {
    const rota = rotaOf({ days: [...WEEKDAYS], at: ["02:30", "03:15"] });
    const shifts = shiftsByRotation(rota.levels[0]!, zone, {
      from: fromIso("2026-03-28T12:00:00Z")!,
      until: fromIso("2026-03-30T12:00:00Z")!,
    });
    for (const { from, until } of shifts) expect(from).toBeLessThan(until);
  });

  test("days and nights are two rotations of a level", () => {
    const day = { ...weekly, hours: { timeZone: zone, week: { mon: [["08:00", "20:00"]] } } } as const;
    const night = { ...weekly, people: ["carl"] };
    const rota = { ...rotaOf({}), levels: [[day, night]] };
    const at = (time: string) => onDutyAt(planOf(rota), rota, 0, fromIso(`2026-03-02T${time}Z`)!)?.agentId;
    expect([at("08:00:00"), at("18:59:59"), at("19:00:00")]).toEqual(["anne", "anne", "carl"]);
  });
});

test("gaps are what the rota wants covered and nobody covers", () => {
  const rota = rotaOf({ people: ["anne", "zoe"] });
  const window = { from: fromIso("2026-03-01T00:00:00Z")!, until: fromIso("2026-03-23T00:00:00Z")! };
  const gaps = findGaps(planOf(rota, [override("carl", "2026-03-10T00:00:00Z", "2026-03-12T00:00:00Z")]), rota, window);
  expect(gaps.map(({ from, until }) => `${toIso(from)} ${toIso(until)}`)).toEqual([
    "2026-03-01T00:00:00.000Z 2026-03-02T08:00:00.000Z",
    "2026-03-09T08:00:00.000Z 2026-03-10T00:00:00.000Z",
    "2026-03-12T00:00:00.000Z 2026-03-16T08:00:00.000Z",
  ]);
  expect(toIso(nextOnDuty(planOf(rota), rota, 0, gaps[1]!.from)!)).toBe("2026-03-16T08:00:00.000Z");
});

/** A second reckoning: every handover since the first, one after another. */
function naiveHolder({ people, since, days, at }: Rotation, timeZone: string, instantAsked: Instant): string | null {
  let turn = -1;
  let day = Temporal.PlainDate.from(since);
  for (let first = true; ; first = false, day = day.add({ days: 1 })) {
    const times = days.includes(WEEKDAYS[day.dayOfWeek - 1]!) ? at : first ? at.slice(0, 1) : [];
    for (const time of times) {
      const handover = day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) });
      if (handover.epochMilliseconds > instantAsked) return turn < 0 ? null : people[turn % people.length]!;
      turn++;
    }
  }
}

const anyRotation = fc.record({
  people: fc.constantFrom(["anne"], ["anne", "bob"], ["anne", "bob", "carl"]),
  since: fc.integer({ min: 0, max: 60 }).map((days) => Temporal.PlainDate.from("2026-02-20").add({ days }).toString()),
  days: fc.subarray([...WEEKDAYS] as Weekday[], { minLength: 1 }),
  at: fc.constantFrom(["09:00"], ["08:00", "20:00"], ["00:00"], ["02:30"]), // In the hour that is skipped, and shown twice.
  hours: fc.constant("always" as const),
});
const anyTime = fc
  .integer({ min: 0, max: 300 * 24 * 4 })
  .map((quarters) => instant(fromIso("2026-02-15T00:00:00Z")! + quarters * (HOUR_MS / 4)));

test("a rotation is what stepping through its handovers gives", () => {
  fc.assert(
    fc.property(anyRotation, anyTime, (rotation, at) => {
      const rota = rotaOf(rotation);
      const [shift] = shiftsByRotation(rota.levels[0]!, zone, { from: at, until: instant(at + 1) });
      expect(shift?.agentId ?? null).toBe(naiveHolder(rotation, zone, at));
    }),
  );
});

test("shifts are sorted and disjoint, and a window more or less changes none", () => {
  const anyOverride = fc
    .tuple(fc.constantFrom("anne", "bob", "carl"), anyTime, fc.integer({ min: 1, max: 200 }))
    .map(([agentId, from, hours]) => override(agentId, toIso(from), toIso(instant(from + hours * HOUR_MS))));
  fc.assert(
    fc.property(
      anyRotation,
      anyOverride,
      anyTime,
      fc.integer({ min: 1, max: 40 }),
      (rotation, arranged, from, days) => {
        const rota = rotaOf(rotation);
        const plan = planOf(rota, [arranged]);
        const until = instant(from + days * 24 * HOUR_MS);
        const shifts = shiftsOf(plan, rota, 0, { from, until });
        for (const [index, shift] of shifts.entries()) {
          expect(shift.from).toBeLessThan(shift.until);
          if (index > 0) expect(shift.from).toBeGreaterThanOrEqual(shifts[index - 1]!.until);
        }
        const middle = instant(from + Math.floor((until - from) / 2));
        const holder = onDutyAt(plan, rota, 0, middle);
        const shift = shifts.find((each) => each.from <= middle && middle < each.until);
        expect(holder?.agentId).toBe(shift?.agentId);
        if (holder?.until) expect(onDutyAt(plan, rota, 0, holder.until)?.agentId).not.toBe(holder.agentId);
      },
    ),
  );
});
