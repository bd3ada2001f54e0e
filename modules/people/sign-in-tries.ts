import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { type RawBuilder, sql } from "kysely";
import { networkOf, sha256 } from "./visitor.ts";

// Guessing is slowed down and never shut out: each further try waits longer, by what the guesser is told apart by. A browser
// in which the agent has signed in before is counted by itself, so that others' tries do not keep its owner waiting.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * MINUTE_MS;

/** What tries are counted by, and how many cost no wait. */
export type TryKey = { key: string; free: number };

/** Of an address from a network, and of the network alone, where many people may sit behind one address. */
const FREE_OF_ADDRESS = 4;
const FREE_OF_NETWORK = 40;

/** @param knownDevice the hash of its cookie, where it is one of this agent's */
export function passwordKeys(address: string, network: string, knownDevice: Buffer | null): TryKey[] {
  if (knownDevice !== null) return [deviceKey(knownDevice)];
  const from = networkOf(network);
  return [
    { key: `address ${address} ${from}`, free: FREE_OF_ADDRESS },
    { key: `network ${from}`, free: FREE_OF_NETWORK },
  ];
}

/** Whoever tries codes knows the password already, wherever they are. */
export function codeKeys(agentId: string, knownDevice: Buffer | null): TryKey[] {
  return [knownDevice === null ? { key: `code ${agentId}`, free: FREE_OF_ADDRESS } : deviceKey(knownDevice)];
}

function deviceKey(device: Buffer): TryKey {
  return { key: `device ${device.toString("hex")}`, free: FREE_OF_ADDRESS };
}

/** Counts a try before it is made, so that many at once are counted too.
 *  @returns 0: it may be made; else the milliseconds to wait, and nothing was counted by that key */
export async function takeTry(tx: Tx, world: World, deskId: DeskId, keys: TryKey[]): Promise<number> {
  const now = world.clock.now();
  await tx
    .deleteFrom("sign_in_tries")
    .where("desk_id", "=", deskId)
    .where("last_at", "<", instant(now - DAY_MS))
    .execute();
  let waitMs = 0;
  for (const { key, free } of keys) {
    const { rows } = await sql<{ count: number }>`
      insert into sign_in_tries as tries (desk_id, key, count, last_at) values (${deskId}, ${sha256(key)}, 1, ${now})
      on conflict (desk_id, key) do update set count = tries.count + 1, last_at = ${now}
        where tries.last_at + ${waitAfter(free)} <= ${now}
      returning count`.execute(tx);
    if (rows.length === 0) waitMs = Math.max(waitMs, await leftToWait(tx, deskId, { key, free }, now));
  }
  return waitMs;
}

async function leftToWait(tx: Tx, deskId: DeskId, { key, free }: TryKey, now: Instant): Promise<number> {
  const { rows } = await sql<{ left: number }>`
    select tries.last_at + ${waitAfter(free)} - ${now} as left from sign_in_tries tries
    where desk_id = ${deskId} and key = ${sha256(key)}`.execute(tx);
  return Math.max(1, rows[0]?.left ?? 1);
}

/** Milliseconds, doubled with each try beyond the free ones. */
function waitAfter(free: number): RawBuilder<number> {
  return sql<number>`case when tries.count < ${free}::integer then 0
    else least(${LONGEST_WAIT_MS}::bigint, ${FIRST_WAIT_MS}::bigint * (1::bigint << least(tries.count - ${free}::integer, 20)))
    end`;
}

/** The try was right: those by the same key count no more, and the network's is taken back. */
export async function forgetTries(tx: Tx, deskId: DeskId, keys: TryKey[]): Promise<void> {
  const [first, ...others] = keys.map(({ key }) => sha256(key));
  await tx.deleteFrom("sign_in_tries").where("desk_id", "=", deskId).where("key", "=", first!).execute();
  if (others.length === 0) return;
  await tx
    .updateTable("sign_in_tries")
    .set({ count: sql`greatest(count - 1, 0)` })
    .where("desk_id", "=", deskId)
    .where("key", "in", others)
    .execute();
}
