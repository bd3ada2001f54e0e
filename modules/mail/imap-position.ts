import { type Instant, instant } from "@permanence/kernel";

/** How far a mailbox is taken, in its server's numbers. */
export type ImapPosition = {
  /** Whose numbers they are: user, host and folder. */
  source: string;
  /** RFC 9051, section 2.3.1.1: with another value, the same UID is another message. */
  uidValidity: number;
  /** Every message up to it was taken or is left. */
  lastUid: number;
  /** What the server received before is left. */
  takeFrom: Instant;
  /** Taken, but perhaps not marked as such on the server. */
  toPutAway: number[];
  /** How many messages were left because they could not be taken. */
  leftBehind: number;
  /** Every message from before `takeFrom` up to it was imported as history, or is left. */
  historyUid: number;
};

/** A folder as it stands when it is opened. */
export type OpenedFolder = { source: string; uidValidity: number; uidNext: number };

/** The clocks of two machines are never so far apart, one hopes; what came in this time before is taken with the rest. */
const GRACE_MS = 300_000;

/**
 * Where taking goes on in a folder that was just opened.
 * - Never opened before: at its beginning where `since` says from when mail is wanted, else behind what lies there.
 * - Other numbers than last time (another UIDVALIDITY, server or folder): at its beginning. What was taken is known by
 *   its bytes, what is older than `takeFrom` is left: so nothing comes twice, and nothing is missed.
 * - An earlier date than last time: at its beginning, too.
 */
export function positionIn(
  folder: OpenedFolder,
  known: ImapPosition | null,
  since: Instant | null,
  now: Instant,
): ImapPosition {
  const { source, uidValidity, uidNext } = folder;
  const numbers = { source, uidValidity, historyUid: 0 };
  if (known === null) {
    const lastUid = since === null ? uidNext - 1 : 0;
    return { ...numbers, lastUid, takeFrom: since ?? instant(now - GRACE_MS), toPutAway: [], leftBehind: 0 };
  }
  const takeFrom = since ?? known.takeFrom;
  const isRenumbered = known.uidValidity !== uidValidity || known.source !== source;
  if (isRenumbered) return { ...numbers, lastUid: 0, takeFrom, toPutAway: [], leftBehind: 0 };
  if (takeFrom < known.takeFrom) return { ...known, lastUid: 0, takeFrom, leftBehind: 0 };
  return { ...known, takeFrom };
}

export function isSamePlace(a: ImapPosition, b: ImapPosition): boolean {
  const isSameFolder = a.source === b.source && a.uidValidity === b.uidValidity;
  return isSameFolder && a.lastUid === b.lastUid && a.historyUid === b.historyUid;
}
