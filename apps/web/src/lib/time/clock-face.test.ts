import { expect, test } from "vitest";
import type { Clock } from "#lib/api/types.ts";
import { atRiskMs, readClock } from "#lib/time/clock-face.ts";

const START = Date.parse("2026-11-23T12:00:00Z");
const HOUR = 3_600_000;

function clock(given: Partial<Clock>): Clock {
  return {
    target: "response",
    startedAt: new Date(START).toISOString(),
    dueAt: new Date(START + 4 * HOUR).toISOString(),
    stoppedAt: null,
    outcome: "running",
    receipt: null,
    cause: null,
    pausedAt: null,
    published: true,
    warned: null,
    ...given,
  };
}

test.each([
  ["just started", {}, 0, "on-track", 100],
  ["one millisecond from risk", {}, 3.5 * HOUR - 1, "on-track", 13],
  ["at risk", {}, 3.5 * HOUR, "at-risk", 13],
  ["at the due instant, which is in time", {}, 4 * HOUR, "at-risk", 0],
  ["late before the server said so", {}, 4 * HOUR + 1, "breached", 0],
  ["late", { outcome: "breached" }, 5 * HOUR, "breached", 0],
  ["pending", { outcome: "pending" }, HOUR, "pending", 75],
  ["the policy warned of it", { warned: 50 }, 2 * HOUR, "at-risk", 50],
  ["paused an hour ago", { pausedAt: new Date(START + HOUR).toISOString() }, 9 * HOUR, "paused", 75],
  ["void", { outcome: "void" }, HOUR, "void", 75],
  ["before it started, by a clock that is off", {}, -HOUR, "on-track", 100],
] as const)("%s", (_, given, elapsedMs, face, leftPercent) => {
  expect(readClock(clock(given), START + elapsedMs)).toMatchObject({ face, leftPercent });
});

test.each([
  [24, 180],
  [4, 30],
  [1, 10],
])("of %d hours the last %d minutes are at risk", (hours, minutes) => {
  expect(atRiskMs(hours * HOUR)).toBe(minutes * 60_000);
});

test("a clock that stopped keeps what was left then", () => {
  const stoppedAt = new Date(START + HOUR).toISOString();
  const met = clock({ outcome: "met", receipt: "delivered", stoppedAt });
  expect(readClock(met, START + 100 * HOUR)).toEqual({ face: "met", leftMs: 3 * HOUR, leftPercent: 75 });
  expect(readClock({ ...met, receipt: "presumed" }, START).face).toBe("presumed");
});
