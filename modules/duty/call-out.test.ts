import { fromIso, instant } from "@permanence/kernel";
import { describe, expect, test } from "vitest";
import { acknowledge, advance, handOver, type Judging, notSent, openCallOut, take } from "./call-out.ts";
import type { CallOut, Duty, Facts } from "./call-out-case.ts";
import { simulateMany } from "./call-out-simulation.ts";

const MINUTE_MS = 60_000;
const START = fromIso("2026-12-25T02:00:00Z")!;
const at = (minutes: number) => instant(START + minutes * MINUTE_MS);

const facts: Facts = {
  ...{
    isWanted: true,
    isUrgent: true,
    isConfirmed: true,
    isTaken: false,
    isAnswered: false,
    reply: null,
    callAt: null,
  },
};
const duty: Duty = {
  ...{ levels: 2, at: (level) => ["anne", "bob"][level]!, changesAt: () => at(300), others: () => ["lead"] },
  ...{ isAgent: () => true, worksUntil: () => null },
};
const judging = (minutes: number, others: Partial<Duty> = {}): Judging => ({
  duty: { ...duty, ...others },
  settings: { repeatMs: 5 * MINUTE_MS, triesPerLevel: 2, comeBackMs: 30 * MINUTE_MS },
  now: at(minutes),
});
const opened = openCallOut("paging", START, START);
const begun = advance(opened, facts, judging(0)).callOut;
const acknowledged = acknowledge(begun, "anne", judging(1))!;

/** Looked at each minute, with nobody doing anything: "5 urgent anne" is a step. */
function steps(
  from: CallOut,
  minutes: number,
  of: Partial<Facts> = {},
  others: Partial<Duty> = {},
  since = 0,
): string[] {
  let callOut = from;
  const told: string[] = [];
  for (let minute = since; minute <= minutes; minute++) {
    const carried = advance(callOut, { ...facts, ...of }, judging(minute, others));
    callOut = carried.callOut;
    for (const { kind, agentIds } of carried.steps) told.push(`${minute} ${kind} ${agentIds.join(" ")}`);
  }
  return told;
}

describe("who is called, and when", () => {
  const changing = { at: (level: number, now: number) => (level === 1 ? "bob" : now < at(8) ? "anne" : "carl") };
  const cases: [string, string[], string[]][] = [
    [
      "nobody answers: again, then the next level, then everybody, without an end",
      steps(opened, 32),
      [
        "0 urgent anne",
        "5 urgent anne",
        "10 urgent anne bob",
        "15 urgent anne bob",
        "20 urgent anne bob lead",
        "25 urgent anne bob lead",
        "30 urgent anne bob lead",
      ],
    ],
    [
      "nobody is on duty: the next level at once",
      steps(opened, 4, {}, { at: (level) => (level === 0 ? null : "bob") }),
      ["0 urgent bob"],
    ],
    ["no rota at all: everybody who could act", steps(opened, 4, {}, { levels: 0, at: () => null }), ["0 urgent lead"]],
    [
      "somebody else comes on duty meanwhile: they are called at once",
      steps(opened, 9, {}, changing),
      ["0 urgent anne", "5 urgent anne", "8 urgent carl bob"],
    ],
    ["nothing comes before an acknowledgement runs out", steps(acknowledged, 30, {}, {}, 1), []],
    [
      "then it comes back to who has it",
      steps(acknowledged, 36, {}, {}, 1),
      ["31 come-back anne", "36 come-back anne"],
    ],
    [
      "unless they replied",
      steps(acknowledged, 120, { isAnswered: true, reply: { at: at(20), agentId: "anne" } }, {}, 20),
      [],
    ],
    [
      "the next shift is called, replied to or not",
      steps(acknowledged, 8, { isAnswered: true, reply: { at: at(2), agentId: "anne" } }, changing, 2),
      ["8 handover carl"],
    ],
    [
      "who has it left the desk: whoever is on duty is called",
      steps(acknowledged, 3, {}, { isAgent: (id) => id !== "anne", at: () => "bob" }, 2),
      ["2 handover bob"],
    ],
    [
      "the customer is to be called by who has it, and paging goes on",
      steps(acknowledged, 15, { callAt: at(15) }, {}, 14),
      ["15 call-customer anne"],
    ],
    ["or by who is being called", steps(begun, 4, { callAt: at(4) }, {}, 1), ["4 call-customer anne"]],
    ["nobody is wanted any more", steps(opened, 60, { isWanted: false }), []],
  ];
  test.each(cases)("%s", (_, told, expected) => expect(told).toEqual(expected));
});

describe("a ticket of high priority", () => {
  const waiting = openCallOut("waiting", at(120), START);
  const cases: [string, Partial<Facts>, Partial<Duty>, string[]][] = [
    ["waits, then somebody is called", {}, {}, ["120 high anne", "125 high anne"]],
    [
      "is left to the queue as long as people work",
      {},
      { worksUntil: (now) => (now < at(123) ? at(123) : null) },
      ["123 high anne", "128 high anne"],
    ],
    ["is nobody's page once it is taken", { isTaken: true }, {}, []],
    ["is paged at once when it becomes urgent", { isUrgent: true }, {}, ["0 urgent anne"]],
  ];
  test.each(cases)("%s", (_, of, others, expected) => {
    const told = steps(waiting, 129, { isUrgent: false, ...of }, others);
    expect(told.slice(0, expected.length || 1)).toEqual(expected);
  });
});

test("what only the model thought urgent asks first, and pages when somebody says so, or when the night is over", () => {
  const asking = openCallOut("asking", at(60), START);
  expect(steps(asking, 61, { isConfirmed: false })).toEqual(["60 urgent anne"]);
  expect(steps(asking, 3, { isConfirmed: true })).toEqual(["0 urgent anne"]);
});

test("a page that nobody could be sent calls the next level at once, and is no storm at the last", () => {
  const after = notSent(begun, begun.pagedStep, judging(0));
  expect(steps(after, 9)).toEqual(["0 urgent anne bob", "5 urgent anne bob"]);
  const last = { ...begun, level: 2 };
  expect(notSent(last, last.pagedStep, judging(1))).toBe(last);
  expect(notSent(begun, begun.pagedStep - 1, judging(1))).toBe(begun); // Of an earlier step.
});

test("the first who acknowledges has it; a colleague may take it; who is handed it has it once they acknowledge", () => {
  expect(acknowledged).toMatchObject({ state: "acknowledged", holderId: "anne" });
  expect(acknowledge(acknowledged, "bob", judging(2))).toBeNull();
  expect(take(acknowledged, "bob", judging(2))).toMatchObject({ state: "acknowledged", holderId: "bob" });
  const handed = handOver(acknowledged, "carl", judging(2))!;
  expect(handed.steps).toMatchObject([{ kind: "handed-over", agentIds: ["carl"] }]);
  expect(handed.callOut).toMatchObject({ state: "paging", holderId: "anne" });
  expect(acknowledge(handed.callOut, "carl", judging(3))).toMatchObject({ holderId: "carl" });
  expect(steps(handed.callOut, 13, {}, {}, 3)).toEqual(["7 handed-over carl", "12 handed-over carl anne bob"]);
});

test("in worlds where all goes wrong, an urgent ticket always has somebody or calls somebody", () => {
  const { violations, total } = simulateMany(300);
  expect(violations).toEqual([]);
  for (const count of Object.values(total)) expect(count).toBeGreaterThan(300); // All of it happened.
});
