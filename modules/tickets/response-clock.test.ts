import { instant } from "@permanence/kernel";
import { expect, test } from "vitest";
import type { ClockEvent } from "./clock-events.ts";
import { foldFromEvents } from "./response-clock.ts";

const START = instant(Date.UTC(2026, 5, 1, 9));
const MINUTE_MS = 60_000;
const TARGET = { targetMs: 60 * MINUTE_MS, demands: "presumed", waitingMs: 15 * MINUTE_MS };

function registered(): ClockEvent {
  const policy = { urgent: TARGET, high: TARGET, normal: TARGET, low: TARGET };
  return { at: START, type: "registered", data: { receivedAt: START, priority: "normal", policy } };
}

function evidence(rung: string, source: string, minutes: number): ClockEvent {
  const at = instant(START + minutes * MINUTE_MS);
  return { at, type: "evidence", data: { rung, source, at, datedAt: null, outgoingMailId: "a", ofNotice: true } };
}

test.each([
  ["refused, tried again and taken", [evidence("failed", "relay", 1), evidence("handed-over", "relay", 5)], "met"],
  ["too late, tried again and taken", [evidence("failed", "outbox", 1), evidence("handed-over", "relay", 5)], "met"],
  ["taken, and came back", [evidence("handed-over", "relay", 1), evidence("failed", "dsn", 5)], "running"],
  ["refused", [evidence("failed", "relay", 1)], "running"],
] as const)("a notice %s", (_, learned, outcome) => {
  const now = instant(START + 30 * MINUTE_MS);
  expect(foldFromEvents([registered(), ...learned], now).outcome).toBe(outcome);
});
