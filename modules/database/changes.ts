import { setTimeout as pause } from "node:timers/promises";
import { assert } from "@permanence/kernel";
import pg from "pg";
import { bulletinOf } from "./bulletin.ts";
import type { Db } from "./database.ts";
import type { DeskId } from "./desk-id.ts";
import type { Tx } from "./tables.ts";

const CHANNEL = "permanence_change";
const LONGEST_PAYLOAD_BYTES = 7_999; // PostgreSQL refuses 8000 and more.
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** What changed, small: listeners read the rest. `reconnected`: changes may have been missed, read all anew. */
export type Change =
  | ({ deskId: DeskId; type: string; ticketId?: string } & Record<string, unknown>)
  | { deskId: null; type: "reconnected" };

/** Tells every listening process of a change, right after the transaction commits. The same change twice in
 *  one transaction is told once. */
export function announce(
  tx: Tx,
  deskId: DeskId,
  change: { type: string; ticketId?: string; [detail: string]: unknown },
): void {
  const payload = JSON.stringify({ deskId, ...change });
  assert(Buffer.byteLength(payload) <= LONGEST_PAYLOAD_BYTES, "a change is announced by its ids, not its contents");
  bulletinOf(tx).push({ channel: CHANNEL, payload }); // NOTIFY itself drops what it has sent before in one go.
}

/** Calls `handler` for each change that any process commits, until the returned function is called. Uses one
 *  connection of its own, opened anew when it breaks. Resolves once it listens. */
export async function listen(db: Db, handler: (change: Change) => void): Promise<() => Promise<void>> {
  const ended = new AbortController();
  let client = await connect(db.url, handler);
  const keeping = keepListening();

  async function keepListening() {
    for (;;) {
      await client.broken;
      if (ended.signal.aborted) return;
      const next = await reconnect();
      if (next === null) return;
      client = next;
      handler({ deskId: null, type: "reconnected" });
    }
  }

  async function reconnect() {
    for (let pauseMs = FIRST_PAUSE_MS; !ended.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await connect(db.url, handler);
      } catch {
        await pause(pauseMs, undefined, { signal: ended.signal }).catch(() => {});
      }
    }
    return null;
  }

  return async () => {
    ended.abort();
    await client.end();
    await keeping;
  };
}

async function connect(url: string, handler: (change: Change) => void) {
  const client = new pg.Client({ connectionString: url, application_name: "permanence listen", keepAlive: true });
  const broken = new Promise<void>((resolve) => client.once("end", resolve).once("error", () => resolve()));
  client.on("error", () => {}); // A second error must not end the process.
  client.on("notification", ({ payload }) => handler(JSON.parse(payload!) as Change));
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return { broken, end: () => client.end().catch(() => {}) };
}
