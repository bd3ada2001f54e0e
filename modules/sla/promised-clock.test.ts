import { instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Calendar, DaySpan } from "./calendar.ts";
import { naivePromised } from "./naive-promised-clock.ts";
import { foldPromised, PROMISED_TARGETS, type PromisedCase, type PromisedEvent } from "./promised-clock.ts";
import { PRIORITIES } from "./response-case.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 27, 17); // A Friday; the office closes in an hour.
const DAY: DaySpan[] = [["09:00", "18:00"]];
const OFFICE: Calendar = { timeZone: "UTC", week: { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY } };
const BY: PromisedCase["by"] = {
  urgent: { targetMs: 60 * MINUTE_MS, calendar: "always" },
  high: { targetMs: 240 * MINUTE_MS, calendar: "always" },
  normal: { targetMs: 540 * MINUTE_MS, calendar: OFFICE },
  low: { targetMs: 120 * MINUTE_MS, calendar: OFFICE },
};

const at = (minutes: number) => instant(START + minutes * MINUTE_MS);

function fold(parts: Partial<PromisedCase> & { events: PromisedEvent[]; nowMinutes: number }) {
  const { nowMinutes, ...rest } = parts;
  const fold = foldPromised({
    ...{ target: "resolution", receivedAt: at(0), priority: "high", by: BY, pauses: ["waiting", "on-hold"] },
    ...rest,
    now: at(nowMinutes),
  });
  return fold && fold.state;
}

const minutesOf = (state: ReturnType<typeof fold>) =>
  state && {
    due: (state.dueAt - START) / MINUTE_MS,
    stopped: state.stoppedAt && (state.stoppedAt - START) / MINUTE_MS,
    outcome: state.outcome,
  };

test.each([
  ["nothing happened", [], 10, { due: 240, stopped: null, outcome: "running" }],
  [
    "closed at the due instant itself",
    [{ at: at(240), type: "closed" }],
    300,
    { due: 240, stopped: 240, outcome: "met" },
  ],
  [
    "waited an hour for the customer",
    [
      { at: at(30), type: "state", to: "waiting" },
      { at: at(90), type: "state", to: "open" },
    ],
    250,
    { due: 300, stopped: null, outcome: "running" },
  ],
  [
    "waits still, long after",
    [{ at: at(30), type: "state", to: "waiting" }],
    9_000,
    { due: 240, stopped: null, outcome: "running" },
  ],
  [
    "began to wait too late",
    [{ at: at(241), type: "state", to: "waiting" }],
    300,
    { due: 240, stopped: null, outcome: "breached" },
  ],
  [
    "closed, and taken up again an hour later",
    [
      { at: at(30), type: "closed" },
      { at: at(90), type: "reopened", to: "open" },
    ],
    250,
    { due: 300, stopped: null, outcome: "running" },
  ],
  [
    "lowered in a pause that began in time",
    [
      { at: at(30), type: "state", to: "on-hold" },
      { at: at(900), type: "priority", to: "normal" },
    ],
    901,
    { due: 64 * 60 + 8 * 60, stopped: null, outcome: "running" }, // An hour on Friday, eight on Monday.
  ],
  [
    "raised after its new due time",
    [{ at: at(100), type: "priority", to: "urgent" }],
    101,
    { due: 60, stopped: null, outcome: "breached" },
  ],
  [
    "no request after all",
    [
      { at: at(5), type: "closed" },
      { at: at(5), type: "not-a-request" },
    ],
    900,
    { due: 240, stopped: 5, outcome: "void" },
  ],
] as [string, PromisedEvent[], number, object][])("resolution: %s", (_, events, nowMinutes, expected) => {
  expect(minutesOf(fold({ events, nowMinutes }))).toEqual(expected);
});

test("a wait for the next reply goes by the priority that was in force when it began", () => {
  const events: PromisedEvent[] = [
    { at: at(20), type: "agent-replied" },
    { at: at(25), type: "priority", to: "urgent" },
    { at: at(30), type: "customer-wrote" },
  ];
  expect(fold({ target: "next-reply", events, nowMinutes: 45 })).toMatchObject({ startedAt: at(30), dueAt: at(90) });
});

test("the next reply is waited for from the first message that nobody answered", () => {
  const events: PromisedEvent[] = [
    { at: at(0), type: "customer-wrote" },
    { at: at(5), type: "customer-wrote" }, // The first reply answers both.
  ];
  const next = (nowMinutes: number) => fold({ target: "next-reply", events, nowMinutes });
  expect(next(10)).toBeNull();
  events.push({ at: at(20), type: "agent-replied" });
  expect(next(25)).toBeNull();
  events.push({ at: at(30), type: "customer-wrote" }, { at: at(40), type: "customer-wrote" });
  expect(next(45)).toMatchObject({ startedAt: at(30), stoppedAt: null, outcome: "running" });
  events.push({ at: at(50), type: "agent-replied" });
  expect(next(55)).toMatchObject({ startedAt: at(30), stoppedAt: at(50), outcome: "met" });
  events.push({ at: at(60), type: "customer-wrote" });
  expect(next(65)).toMatchObject({ startedAt: at(60), stoppedAt: null, outcome: "running" });
});

const anyMinute = fc.oneof(
  fc.integer({ min: 0, max: 700 }),
  fc.constantFrom(0, 60, 120, 240, 241),
  fc.integer({ min: 3_000, max: 6_000 }),
);
const anyEvent = fc.tuple(
  anyMinute,
  fc.constantFrom(
    "customer-wrote",
    "agent-replied",
    "state",
    "state",
    "closed",
    "reopened",
    "priority",
    "not-a-request",
    "is-a-request",
  ),
  fc.constantFrom("open", "waiting", "on-hold", "new"),
  fc.constantFrom(...PRIORITIES),
);
const anyCase = fc
  .record({
    target: fc.constantFrom(...PROMISED_TARGETS),
    priority: fc.constantFrom(...PRIORITIES),
    pauses: fc.subarray(["waiting", "on-hold"]),
    told: fc.array(anyEvent, { maxLength: 12 }),
    nowMinutes: anyMinute,
    laterMinutes: anyMinute,
  })
  .map(({ told, nowMinutes, laterMinutes, ...rest }) => {
    const events = told.map(([minutes, type, state, priority]) => ({
      at: at(minutes),
      type,
      ...((type === "state" || type === "reopened") && { to: state }),
      ...(type === "priority" && { to: priority }),
    })) as PromisedEvent[];
    return { ...rest, events, by: BY, receivedAt: at(0), now: at(nowMinutes), later: at(nowMinutes + laterMinutes) };
  });

test("the fold and the naive reckoning agree, whatever happened", () => {
  fc.assert(
    fc.property(anyCase, (promised) => {
      const fold = foldPromised(promised);
      const naive = naivePromised(promised);
      if (naive === null) expect(fold).toBeNull();
      else expect(fold?.state).toMatchObject(naive);
    }),
    { numRuns: 500 },
  );
});

test("a state holds through nextAt if nothing more is learned", () => {
  fc.assert(
    fc.property(anyCase, ({ later, ...promised }) => {
      const events = promised.events.filter(({ at }) => at <= promised.now);
      const state = foldPromised({ ...promised, events })?.state ?? null;
      const until = state?.nextAt ?? later;
      const then = foldPromised({ ...promised, events, now: instant(Math.max(promised.now, until)) })?.state ?? null;
      expect(then).toEqual(state);
      if (state !== null && state.nextAt !== null) {
        expect(state.nextAt).toBeGreaterThanOrEqual(promised.now);
        expect(foldPromised({ ...promised, events, now: instant(state.nextAt + 1) })?.state).not.toEqual(state);
      }
    }),
    { numRuns: 500 },
  );
});
