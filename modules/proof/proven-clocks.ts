import type { Instant } from "@permanence/kernel";
import { accountsOf, accountTitle, type ClockEvent, tellClock } from "@permanence/tickets";
import type { ProofBody, ProvenEvent } from "./proof-file.ts";

/** The clocks as events tell them. None where the law erased what they are told by. */
export function clocksOf(
  events: readonly ProvenEvent[],
  now: Instant,
  reader: { timeZone: string; language: string },
): ProofBody["clocks"] {
  const known: ClockEvent[] = events.map(({ at, type, data }) => ({ at, type, data }));
  if (!known.some(({ type, data }) => type === "registered" && data !== null)) return [];
  return accountsOf(known, now).map((account) => {
    const { startedAt, dueAt, stoppedAt, outcome, receipt } = account.state;
    return {
      target: account.target,
      title: accountTitle(account, reader),
      ...{ startedAt, dueAt, stoppedAt, outcome, receipt },
      sentences: tellClock(account, now, reader),
    };
  });
}
