import { isDeepStrictEqual } from "node:util";
import type { Relay } from "../relay.ts";
import { type DescribedRelay, describedRelay, type RunningService } from "../running-service.ts";

/** A relay as doctor can try it. */
export type RelayToTry = Relay & {
  /** False where it asks for a password that the running service alone knows. */
  passwordKnown: boolean;
};

/** The relays that mail goes through now, null for the mailroom: those of the processes that send; where none runs, the
 *  one that these settings name. */
export function relaysInUse(configured: Relay | null, services: RunningService[]): (RelayToTry | null)[] {
  const senders = services.filter(({ roles }) => roles.includes("jobs"));
  if (senders.length === 0) return [configured && { ...configured, passwordKnown: true }];
  const inUse = senders.map(({ relay }) => relay && toTry(relay, configured));
  return inUse.filter((relay, index) => inUse.findIndex((other) => isDeepStrictEqual(relay, other)) === index);
}

function toTry(relay: DescribedRelay, configured: Relay | null): RelayToTry {
  if (configured !== null && isDeepStrictEqual(relay, describedRelay(configured))) {
    return { ...configured, passwordKnown: true };
  }
  const { user, ...address } = relay;
  return { ...address, login: user === null ? null : { user, password: "" }, passwordKnown: user === null };
}
