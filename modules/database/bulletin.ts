import { setTimeout as pause } from "node:timers/promises";
import { assert } from "@permanence/kernel";
import type pg from "pg";
import type { Tx } from "./tables.ts";

/** What a transaction has to tell other processes once it has committed: payloads by channel. NOTIFY inside the
 *  transaction would be simpler, but it holds a lock of the whole server until the commit is on disk, so that
 *  commits no longer share a flush: with jobs, 775 commits/s instead of 1,600 on two cores. What a process tells
 *  after its commit can be lost with it; so listeners must also look for themselves now and then. */
export type Bulletin = { channel: string; payload: string }[];

const SHORTEST_GAP_MS = 5;

const bulletins = new WeakMap<Tx, Bulletin>();

export function startBulletin(tx: Tx): Bulletin {
  const bulletin: Bulletin = [];
  bulletins.set(tx, bulletin);
  return bulletin;
}

/** The bulletin of a transaction that `Db.transaction` opened. */
export function bulletinOf(tx: Tx): Bulletin {
  const bulletin = bulletins.get(tx);
  assert(bulletin !== undefined, "only a transaction of Db.transaction can tell others what it did");
  return bulletin;
}

export type Post = { send(bulletin: Bulletin): void; /** Resolves when all is sent. */ close(): Promise<void> };

/** Sends bulletins, each at once if it can, together those that come within the same few milliseconds. */
export function openPost(pool: pg.Pool): Post {
  let waiting: Bulletin = [];
  let sending: Promise<void> | null = null;

  async function sendAll() {
    while (waiting.length > 0) {
      const sent = waiting;
      waiting = [];
      await notify(pool, sent);
      await pause(SHORTEST_GAP_MS);
    }
    sending = null;
  }

  return {
    send(bulletin) {
      if (bulletin.length === 0) return;
      waiting.push(...bulletin);
      sending ??= sendAll();
    },
    async close() {
      await sending;
    },
  };
}

async function notify(pool: pg.Pool, bulletin: Bulletin): Promise<void> {
  const channels = bulletin.map((item) => item.channel);
  const payloads = bulletin.map((item) => item.payload);
  try {
    await pool.query("select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as t (channel, payload)", [
      channels,
      payloads,
    ]);
  } catch {
    // The server is gone, and with it every listener's connection: they read all anew when it is back.
  }
}
