import { createHash } from "node:crypto";
import { canonicalJson, type Instant } from "@permanence/kernel";

/** What one event says. `actor` is "customer", "desk" or "agent:<agent id>". */
export type TicketEvent = {
  type: string;
  actor: string;
  data: Record<string, unknown>;
};

/** An event with its place in the chain. */
export type ChainedEvent = TicketEvent & {
  sequence: number;
  at: Instant;
  salt: Buffer;
  contentDigest: Buffer;
  digest: Buffer;
};

/** The digest before the first event. */
export const CHAIN_START = Buffer.alloc(32);

/**
 * Puts an event behind the one whose digest is `previous`. The digest covers the contents only through their
 * salted digest: data and salt can be erased, nobody can guess the data from what is left, and the chain
 * still verifies.
 */
export function chainEvent(
  previous: Buffer,
  event: TicketEvent,
  place: { sequence: number; at: Instant; salt: Buffer },
): ChainedEvent {
  const contentDigest = sha256(place.salt, canonicalJson(event.data));
  const frame = canonicalJson([place.sequence, place.at, event.type, event.actor]);
  return { ...event, ...place, contentDigest, digest: sha256(previous, frame, contentDigest) };
}

/** The sequence of the first event that does not verify; null when the whole chain does. Erased contents (null) verify by their digest. */
export function findBrokenLink(
  events: (Omit<ChainedEvent, "data" | "salt"> & { data: Record<string, unknown> | null; salt: Buffer | null })[],
): number | null {
  let previous: Buffer = CHAIN_START;
  for (const event of events) {
    const frame = canonicalJson([event.sequence, event.at, event.type, event.actor]);
    const erased = event.data === null || event.salt === null;
    const contentDigest = erased ? event.contentDigest : sha256(event.salt!, canonicalJson(event.data));
    if (!contentDigest.equals(event.contentDigest)) return event.sequence;
    if (!sha256(previous, frame, contentDigest).equals(event.digest)) return event.sequence;
    previous = event.digest;
  }
  return null;
}

function sha256(...parts: (Buffer | string)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
