import type { Instant } from "@permanence/kernel";
import type { Priority } from "./response-case.ts";

export type PriorityChange = { at: Instant; to: Priority };

export type DueTimes = {
  dueAt: Instant;
  /** The priority whose target `dueAt` is. */
  priority: Priority;
  /** The due time if no change of priority had come too late to be kept: tells what only a raise breached. */
  unraisedDueAt: Instant;
};

/** Each change of priority sets the target anew from the first start. An earlier due time always judges; a later
 *  one only if the change was made before the one that it replaces had passed, or a breach could be undone. */
export function reckonDueTimes(
  first: Priority,
  changes: readonly PriorityChange[],
  dueUnder: (priority: Priority) => Instant,
): DueTimes {
  let [priority, dueAt] = [first, dueUnder(first)];
  let unraisedDueAt = dueAt;
  for (const { at, to } of changes) {
    const next = dueUnder(to);
    if (next < dueAt || at <= dueAt) [priority, dueAt] = [to, next];
    if (at <= Math.min(next, unraisedDueAt)) unraisedDueAt = next;
  }
  return { dueAt, priority, unraisedDueAt };
}
