/**
 * One page by one channel of its person.
 *
 * A run says that it begins and commits that, before it sends; so of two runs, or of one that was killed in between and its
 * successor, only one sends. The other cannot know what became of it: it counts as not sent, and the next level is called.
 * A page too many for a step that did arrive is better than none, and the same page twice is none better.
 */
export type DeliveryState = "queued" | "begun" | "sent" | "failed";

/** What a run of the job is to do with a delivery that it found in `state`. `isRunning`: by a run of a process that lives. */
export function onRun(state: DeliveryState, isRunning: boolean): "send" | "give-up" | "nothing" {
  if (state === "queued") return "send";
  return state === "begun" && !isRunning ? "give-up" : "nothing";
}

/** Whether a step is known to have reached nobody: every page by every channel failed. One without any channel is that, too. */
export function isLost(states: readonly DeliveryState[]): boolean {
  return states.every((state) => state === "failed");
}
