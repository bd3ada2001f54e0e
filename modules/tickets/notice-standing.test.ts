import { expect, test } from "vitest";
import { noticeStanding } from "./notice-standing.ts";

const NONE = { handed_over: null, delivered: null, displayed: null, failed: null, receipt: null };
const QUEUED = { handed_over: false, delivered: false, displayed: false, failed: false, receipt: null };
const TAKEN = { ...QUEUED, handed_over: true };

test.each([
  ["nothing could be sent", NONE, null],
  ["nothing could be sent, and the customer was called", { ...NONE, receipt: "displayed" }, "displayed"],
  ["waits in the outbox", QUEUED, "queued"],
  ["the relay refused it", { ...QUEUED, failed: true }, "queued, failed"],
  ["handed over, and proof is demanded", TAKEN, "handed-over"],
  ["no failure came back", { ...TAKEN, receipt: "presumed" }, "presumed"],
  ["it came back", { ...TAKEN, failed: true }, "handed-over, failed"],
  ["delivered", { ...TAKEN, delivered: true }, "delivered"],
  ["delivered, of a ticket whose clock is void", { ...TAKEN, delivered: true, receipt: null }, "delivered"],
  ["it came back, and the customer was called", { ...TAKEN, failed: true, receipt: "displayed" }, "displayed, failed"],
  ["read", { ...TAKEN, displayed: true }, "displayed"],
] as const)("%s", (_, known, expected) => {
  const standing = noticeStanding(known);
  expect(standing && standing.rung + (standing.failed ? ", failed" : "")).toBe(expected);
});
