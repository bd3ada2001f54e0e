import { type Instant, instant } from "@permanence/kernel";

/**
 * One page by one channel of its person.
 *
 * A run says that it begins and commits that, before it sends; so of two runs, or of one that was killed in between and its
 * successor, only one sends. Nobody can know what became of one that was begun and never concluded: it counts as not sent,
 * and the next level is called. A page too many for a step that did arrive is better than none.
 */
export type DeliveryState = "queued" | "begun" | "sent" | "failed";

/** Longer than whatever sends may take. */
const SENDING_MS = 20_000;
/** A mail that the relay has not taken by then is no page. */
const MAILING_MS = 60_000;

/** Whether a delivery that was begun then will not be concluded any more. */
export function isAbandoned(kind: "push" | "email" | "webhook", begunAt: Instant, now: Instant): boolean {
  return now > instant(begunAt + (kind === "email" ? MAILING_MS : SENDING_MS));
}

/** Whether a step is known to have reached nobody: every page by every channel failed. One without any channel is that, too. */
export function isLost(states: readonly DeliveryState[]): boolean {
  return states.every((state) => state === "failed");
}
