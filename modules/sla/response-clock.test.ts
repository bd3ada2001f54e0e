import { type Instant, instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { naiveFold } from "./naive-response-clock.ts";
import { PRIORITIES, type ResponseCase, type ResponseEvent, type ResponsePolicy } from "./response-case.ts";
import { foldResponse } from "./response-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RECEIVED = Date.UTC(2026, 11, 24, 16, 30);

/** Minutes after the ticket was received. */
const m = (minutes: number) => instant(RECEIVED + minutes * MINUTE_MS);

const POLICY: ResponsePolicy = {
  urgent: { targetMs: HOUR_MS, demands: "delivered", waitingMs: 15 * MINUTE_MS },
  high: { targetMs: 4 * HOUR_MS, demands: "presumed", waitingMs: 15 * MINUTE_MS },
  normal: { targetMs: 24 * HOUR_MS, demands: "presumed", waitingMs: 15 * MINUTE_MS },
  low: { targetMs: 24 * HOUR_MS, demands: "displayed", waitingMs: 15 * MINUTE_MS },
};

const handedOver = (at: number, attempt = "a1"): ResponseEvent => ({ at: m(at), type: "handed-over", attempt });
const failed = (at: number, attempt = "a1"): ResponseEvent => ({ at: m(at), type: "failed", attempt });
const displayed = (at: number): ResponseEvent => ({ at: m(at), type: "displayed" });
const raisedTo = (at: number, to: "urgent" | "high" | "normal"): ResponseEvent => ({ at: m(at), type: "priority", to });
const voided = (at: number): ResponseEvent => ({ at: m(at), type: "not-a-request" });
const unvoided = (at: number): ResponseEvent => ({ at: m(at), type: "is-a-request" });
const delivered = (at: number, dated: number | null = null, attempt = "a1"): ResponseEvent => ({
  at: m(at),
  type: "delivered",
  attempt,
  dated: dated === null ? null : m(dated),
});

// Times in minutes after receipt: events, now → outcome, stoppedAt, receipt, and the rest where it matters.
type Row = [name: string, ResponseEvent[], now: number, expected: { [key in keyof ReturnType<typeof fold>]?: unknown }];

function fold(priority: ResponseCase["priority"], events: ResponseEvent[], now: Instant) {
  return foldResponse({ receivedAt: m(0), priority, policy: POLICY, events, now });
}

const minutes = (...values: number[]) => values.map(m);
const [at2, at3, at30] = minutes(2, 3, 30);

const OF_NORMAL: Row[] = [
  ["nothing known", [], 5, { outcome: "running", dueAt: m(1440), stoppedAt: null, receipt: null, nextAt: m(1440) }],
  ["at the due instant itself", [], 1440, { outcome: "running", nextAt: m(1440) }],
  ["inside the waiting time", [handedOver(2)], 3, { outcome: "pending", stoppedAt: null, nextAt: m(17) - 1 }],
  ["waiting time over", [handedOver(2)], 17, { outcome: "met", stoppedAt: at2, receipt: "presumed", nextAt: null }],
  ["bounced", [handedOver(2), failed(3)], 20, { outcome: "running", stoppedAt: null, nextAt: m(1440) }],
  ["bounced after the presumption", [handedOver(2), failed(60)], 61, { outcome: "running", receipt: null }],
  ["bounced after the due time", [handedOver(2), failed(2000)], 2000, { outcome: "breached", stoppedAt: null }],
  [
    "another attempt's failure",
    [handedOver(2), handedOver(3, "a2"), failed(4)],
    20,
    { outcome: "met", stoppedAt: at3 },
  ],
  ["a failure of nobody's", [handedOver(2), failed(3, "x")], 20, { outcome: "met", stoppedAt: at2 }],
  ["a success dates it", [handedOver(2), delivered(5, 3)], 5, { outcome: "met", stoppedAt: at3, receipt: "delivered" }],
  ["undated: its arrival", [handedOver(2), delivered(30)], 30, { outcome: "met", stoppedAt: at30 }],
  ["dated before the hand-over", [handedOver(2), delivered(5, -60)], 5, { stoppedAt: at2 }],
  ["dated after its arrival", [handedOver(2), delivered(30, 99)], 30, { stoppedAt: at30 }],
  ["success learned before the hand-over", [delivered(1), handedOver(2)], 2, { outcome: "met", stoppedAt: at2 }],
  ["two successes", [handedOver(2), delivered(30), delivered(40, 3)], 40, { stoppedAt: at3 }],
  ["handed over twice under one name", [handedOver(2), handedOver(30)], 17, { outcome: "met", stoppedAt: at2 }],
  ["handed over too late", [handedOver(1441)], 1450, { outcome: "breached", stoppedAt: null, nextAt: m(1456) - 1 }],
  ["… and presumed", [handedOver(1441)], 1456, { outcome: "breached", stoppedAt: m(1441), nextAt: null }],
  ["handed over at the last instant", [handedOver(1440)], 1454, { outcome: "pending" }],
  ["displayed", [displayed(3)], 3, { outcome: "met", stoppedAt: at3, receipt: "displayed" }],
  ["displayed later raises the rung", [handedOver(2), displayed(30)], 30, { stoppedAt: at2, receipt: "displayed" }],
  ["displayed while waiting", [handedOver(2), displayed(3)], 4, { stoppedAt: at3, nextAt: m(17) - 1 }],
  ["failure after displayed", [handedOver(2), displayed(30), failed(40)], 41, { outcome: "met", stoppedAt: at2 }],
  ["not a request", [voided(3)], 2000, { outcome: "void", nextAt: null, cause: null }],
  ["not a request, undone", [voided(3), unvoided(4)], 5, { outcome: "running", nextAt: m(1440) }],
  ["undone too late", [voided(3), unvoided(1500)], 1500, { outcome: "breached" }],
  ["raised in time", [raisedTo(30, "urgent")], 60, { outcome: "running", dueAt: m(60) }],
  ["raised in time, late", [raisedTo(30, "urgent")], 61, { outcome: "breached", cause: null, nextAt: null }],
  ["raised at its own due instant", [raisedTo(60, "urgent")], 61, { outcome: "breached", cause: null }],
  ["raised too late", [raisedTo(61, "urgent")], 61, { outcome: "breached", cause: "raised", nextAt: m(1440) }],
  ["raised too late, and late anyway", [raisedTo(61, "urgent")], 1441, { outcome: "breached", cause: null }],
  [
    "a receipt that only the raise made late",
    [handedOver(90), raisedTo(200, "urgent")],
    201,
    { outcome: "breached", stoppedAt: m(90), cause: "raised", nextAt: null },
  ],
  ["raised by mistake", [raisedTo(61, "urgent"), raisedTo(62, "normal")], 63, { dueAt: m(60), cause: "raised" }],
];

const OF_URGENT: Row[] = [
  ["handed over proves nothing", [handedOver(2)], 17, { outcome: "running", receipt: null }],
  ["the due time passes while waiting for proof", [handedOver(50)], 61, { outcome: "pending", nextAt: m(65) - 1 }],
  ["no proof came", [handedOver(50)], 65, { outcome: "breached", nextAt: null }],
  ["late proof, dated in time", [handedOver(50), delivered(500, 55)], 500, { outcome: "met", stoppedAt: m(55) }],
  ["late proof, undated", [handedOver(50), delivered(500)], 500, { outcome: "breached", stoppedAt: m(500) }],
  ["proof, then a failure", [handedOver(2), delivered(3), failed(9)], 9, { outcome: "running", stoppedAt: null }],
  ["lowered in time", [raisedTo(60, "normal")], 100, { outcome: "running", dueAt: m(1440) }],
  ["lowered too late", [raisedTo(61, "normal")], 100, { outcome: "breached", dueAt: m(60), cause: null }],
  ["lowered before the hand-over", [raisedTo(1, "high"), handedOver(2)], 17, { outcome: "met", receipt: "presumed" }],
  ["lowered after the hand-over", [handedOver(2), raisedTo(3, "high")], 18, { outcome: "running", receipt: null }],
];

test.each(OF_NORMAL)("normal: %s", (_, events, now, expected) => {
  expect(fold("normal", events, m(now))).toMatchObject(expected);
});

test.each(OF_URGENT)("urgent: %s", (_, events, now, expected) => {
  expect(fold("urgent", events, m(now))).toMatchObject(expected);
});

test("where `displayed` is demanded, a delivery is no receipt", () => {
  const state = fold("low", [handedOver(2), delivered(3)], m(100));
  expect(state).toMatchObject({ outcome: "running", receipt: null });
});

test("a target may be counted in opening hours", () => {
  const calendar = { timeZone: "Europe/Brussels", week: { fri: [["09:00", "18:00"]] } } as const; // RECEIVED is a Thursday.
  const policy = { ...POLICY, high: { ...POLICY.high, calendar } };
  const state = foldResponse({ receivedAt: m(0), priority: "high", policy, events: [], now: m(0) });
  expect(state.dueAt).toBe(Date.UTC(2026, 11, 25, 12));
});

// Short spans of time, so that random events fall on, just before and just after each boundary.
const TIGHT: ResponsePolicy = {
  urgent: { targetMs: 6, demands: "delivered", waitingMs: 3 },
  high: { targetMs: 12, demands: "presumed", waitingMs: 4 },
  normal: { targetMs: 24, demands: "presumed", waitingMs: 0 },
  low: { targetMs: 24, demands: "displayed", waitingMs: 5 },
};
const anyAt = fc.integer({ min: 0, max: 32 }).map((ms) => instant(RECEIVED + ms));
const anyAttempt = fc.constantFrom("a1", "a2", "a3");
const anyPriority = fc.constantFrom(...PRIORITIES);
const anyEvent: fc.Arbitrary<ResponseEvent> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ at: anyAt, type: fc.constant("handed-over" as const), attempt: anyAttempt }) },
  { weight: 2, arbitrary: fc.record({ at: anyAt, type: fc.constant("failed" as const), attempt: anyAttempt }) },
  {
    weight: 3,
    arbitrary: fc.record({
      at: anyAt,
      type: fc.constant("delivered" as const),
      attempt: anyAttempt,
      dated: fc.option(anyAt),
    }),
  },
  { weight: 1, arbitrary: fc.record({ at: anyAt, type: fc.constant("displayed" as const) }) },
  { weight: 3, arbitrary: fc.record({ at: anyAt, type: fc.constant("priority" as const), to: anyPriority }) },
  { weight: 1, arbitrary: fc.record({ at: anyAt, type: fc.constantFrom("not-a-request", "is-a-request") }) },
);
const anyCase = fc.record({
  receivedAt: fc.constant(instant(RECEIVED)),
  priority: anyPriority,
  policy: fc.constant(TIGHT),
  events: fc.array(anyEvent, { maxLength: 9 }).map((events) => events.toSorted((a, b) => a.at - b.at)),
  now: anyAt,
});
const RUNS = { numRuns: 3000 };

test("a naive second reckoning comes to the same", () => {
  fc.assert(
    fc.property(anyCase, (responseCase) => {
      const { nextAt: _, ...state } = foldResponse(responseCase);
      expect(state).toEqual(naiveFold(responseCase));
    }),
    RUNS,
  );
});

test("a state holds through nextAt, if nothing more is learned", () => {
  fc.assert(
    fc.property(anyCase, fc.nat({ max: 40 }), (responseCase, laterMs) => {
      const events = responseCase.events.filter(({ at }) => at <= responseCase.now);
      const { nextAt, ...state } = foldResponse(responseCase);
      const later = instant(Math.min(responseCase.now + laterMs, nextAt ?? Infinity));
      const { nextAt: _, ...laterState } = foldResponse({ ...responseCase, events, now: later });
      expect(laterState).toEqual(state);
    }),
    RUNS,
  );
});

test("nextAt never lies in the past, or a sweep would not end", () => {
  fc.assert(
    fc.property(anyCase, (responseCase) => {
      const { nextAt } = foldResponse(responseCase);
      if (nextAt !== null) expect(nextAt).toBeGreaterThanOrEqual(responseCase.now);
    }),
    RUNS,
  );
});

test("what is learned later than `now` changes nothing", () => {
  fc.assert(
    fc.property(anyCase, (responseCase) => {
      const events = responseCase.events.filter(({ at }) => at <= responseCase.now);
      expect(foldResponse({ ...responseCase, events })).toEqual(foldResponse(responseCase));
    }),
    RUNS,
  );
});

test("a breach is not undone by a change of priority", () => {
  fc.assert(
    fc.property(anyCase, anyPriority, (responseCase, to) => {
      const { now } = responseCase;
      const before = foldResponse(responseCase);
      const events = [...responseCase.events.filter(({ at }) => at <= now), { at: now, type: "priority", to } as const];
      if (before.outcome === "breached") expect(foldResponse({ ...responseCase, events }).outcome).toBe("breached");
    }),
    RUNS,
  );
});
