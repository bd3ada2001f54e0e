import { type Instant, instant } from "@permanence/kernel";
import type { FetchMessageObject, ImapFlow } from "imapflow";
import { ImapRefusal } from "./imap-failure.ts";
import { whileOpen } from "./imap-source.ts";

/** A message that lies in a folder. */
export type ListedMessage = { uid: number; sizeBytes: number; at: Instant };

/** One whose bytes are here. */
export type FetchedMessage = { uid: number; at: Instant; bytes: Buffer };

const LIST_AT_ONCE = 1_000;
const BATCH_MESSAGES = 100;
const BATCH_BYTES = 8 * 1024 * 1024;
const DAY_MS = 86_400_000;

/** UIDs above `lastUid` of what the server received from `from` on, in order. */
export async function findNewUids(
  client: ImapFlow,
  { lastUid, from }: { lastUid: number; from: Instant },
): Promise<number[]> {
  // SINCE goes by the day in a time zone that only the server knows: what comes a day too early is left out by `at`.
  const query = { uid: `${lastUid + 1}:*`, since: new Date(Math.max(0, from - DAY_MS)) };
  const found = await whileOpen(client, client.search(query, { uid: true }));
  if (!found) throw new ImapRefusal("not-given", "The server did not say what is in the folder.");
  // "n:*" names the newest message also where it is older than n (RFC 9051, section 9: "*" is the largest in use).
  return found.filter((uid) => uid > lastUid).toSorted((a, b) => a - b);
}

/** UIDs above `afterUid` of what the server received in between, in order; perhaps of a day before and after, too. */
export async function findOlderUids(
  client: ImapFlow,
  { afterUid, from, before }: { afterUid: number; from: Instant; before: Instant },
): Promise<number[]> {
  const days = { since: new Date(Math.max(0, from - DAY_MS)), before: new Date(before + DAY_MS) };
  const found = await whileOpen(client, client.search({ uid: `${afterUid + 1}:*`, ...days }, { uid: true }));
  if (!found) throw new ImapRefusal("not-given", "The server did not say what is in the folder.");
  return found.filter((uid) => uid > afterUid).toSorted((a, b) => a - b);
}

/** What the server says of these messages, some at a time. One that was deleted meanwhile is missing. */
export async function* listMessages(
  client: ImapFlow,
  uids: number[],
  now: Instant,
  atOnce = LIST_AT_ONCE,
): AsyncGenerator<ListedMessage[]> {
  for (let start = 0; start < uids.length; start += atOnce) {
    const some = uids.slice(start, start + atOnce);
    const query = { uid: true, size: true, internalDate: true };
    const rows = await whileOpen(client, client.fetchAll(some, query, { uid: true }));
    yield rows.map((row) => listed(row, now)).toSorted((a, b) => a.uid - b.uid);
  }
}

function listed({ uid, size = 0, internalDate }: FetchMessageObject, now: Instant): ListedMessage {
  const ms = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  // Nothing was received in the future, whatever a server's clock says: no time must pass twice.
  return { uid, sizeBytes: size, at: Number.isNaN(ms) ? now : instant(Math.min(ms, now)) };
}

/** Splits messages so that each part can be held in memory and written together. Order stays. */
export function inBatches(messages: ListedMessage[]): ListedMessage[][] {
  const batches: ListedMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const batch = batches.at(-1);
    bytes += message.sizeBytes;
    if (batch && batch.length < BATCH_MESSAGES && bytes <= BATCH_BYTES) batch.push(message);
    else {
      batches.push([message]);
      bytes = message.sizeBytes;
    }
  }
  return batches;
}

/**
 * Fetches the messages' bytes without marking them as read. One that was deleted meanwhile is missing in the result;
 * those that are there and that the server does not give are `withheld`.
 */
export async function fetchMessages(
  client: ImapFlow,
  batch: ListedMessage[],
): Promise<{ fetched: FetchedMessage[]; withheld: number[] }> {
  const given = await fetchSources(
    client,
    batch.map(({ uid }) => uid),
  );
  const missing = batch.filter(({ uid }) => !given.has(uid)).map(({ uid }) => uid);
  const fetched = batch.flatMap(({ uid, at }) => (given.has(uid) ? [{ uid, at, bytes: given.get(uid)! }] : []));
  if (missing.length === 0) return { fetched, withheld: [] };
  const there = await whileOpen(client, client.search({ uid: missing.join(",") }, { uid: true }));
  return { fetched, withheld: there === false || there === undefined ? missing : there };
}

/** Where the server refuses to give all together, each is asked for alone: one that is broken is its own trouble. */
async function fetchSources(client: ImapFlow, uids: number[]): Promise<Map<number, Buffer>> {
  try {
    const rows = await whileOpen(client, client.fetchAll(uids, { uid: true, source: true }, { uid: true }));
    return new Map(rows.flatMap(({ uid, source }) => (source ? [[uid, source] as const] : [])));
  } catch (error) {
    const isRefused = (error as { responseStatus?: string }).responseStatus !== undefined;
    if (!isRefused || !client.usable) throw error;
    if (uids.length === 1) return new Map();
    const single = new Map<number, Buffer>();
    for (const uid of uids) for (const [, bytes] of await fetchSources(client, [uid])) single.set(uid, bytes);
    return single;
  }
}
