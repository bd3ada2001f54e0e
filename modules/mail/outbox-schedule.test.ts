import { instant } from "@permanence/kernel";
import { expect, test } from "vitest";
import { START } from "./mail-test-desk.ts";
import { nextAttemptAt } from "./outbox-schedule.ts";

test("pauses grow to half an hour, and end after five days, or an hour for a sign-in link", () => {
  const pauses = Array.from(
    { length: 9 },
    (_, index) =>
      nextAttemptAt({ attempts: index, created_at: START, purpose: "notice", urgency: "usual" }, START)! - START,
  );
  expect(pauses).toEqual([10, 30, 60, 120, 300, 600, 1800, 1800, 1800].map((seconds) => seconds * 1_000));
  const hours = (count: number) => instant(START + count * 3_600_000);
  expect(
    nextAttemptAt({ attempts: 99, created_at: START, purpose: "reply", urgency: "usual" }, instant(hours(120) - 1)),
  ).not.toBeNull();
  expect(nextAttemptAt({ attempts: 99, created_at: START, purpose: "reply", urgency: "usual" }, hours(120))).toBeNull();
  expect(nextAttemptAt({ attempts: 9, created_at: START, purpose: "sign-in", urgency: "usual" }, hours(1))).toBeNull();
});
