import type { Instant } from "@permanence/kernel";
import type { Calendar } from "./calendar.ts";

export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The rungs of the receipt ladder that can count as receipt, weakest first. */
export const RECEIPTS = ["presumed", "delivered", "displayed"] as const;
export type Receipt = (typeof RECEIPTS)[number];

/** The promise for one priority: receipt, proven as far as `demands` says, within `targetMs` of open time. */
export type ResponseTarget = {
  targetMs: number;
  demands: Receipt;
  /** How long after a hand-over no failure must come back for receipt to be presumed. */
  waitingMs: number;
  calendar?: Calendar; // Plain hours, around the clock, when left out.
};

export type ResponsePolicy = Record<Priority, ResponseTarget>;

/** What the desk learned at `at`. */
export type ResponseEvent = { at: Instant } &
  /** The relay took the notice. `attempt` names recipient and envelope. */
  (
    | { type: "handed-over"; attempt: string }
    | { type: "failed"; attempt: string }
    /** `dated`: when the report says that it was delivered. */
    | { type: "delivered"; attempt: string; dated: Instant | null }
    | { type: "displayed" }
    | { type: "priority"; to: Priority }
    | { type: "not-a-request" }
    | { type: "is-a-request" } // "not-a-request" undone.
  );

export type ResponseCase = {
  receivedAt: Instant;
  priority: Priority; // At registration.
  policy: ResponsePolicy;
  events: readonly ResponseEvent[]; // In the order in which they were learned.
  now: Instant;
};

export type Outcome = "running" | "pending" | "met" | "breached" | "void";

export type ClockState = {
  startedAt: Instant;
  dueAt: Instant;
  /** The earliest receipt. */
  stoppedAt: Instant | null;
  outcome: Outcome;
  /** The strongest rung known, once there is a receipt. */
  receipt: Receipt | null;
  /** "raised": only a higher priority, given after its own due time, breached it. */
  cause: "raised" | null;
  /** The last instant at which this state holds if nothing more is learned; null when it then holds for ever. */
  nextAt: Instant | null;
};
