import type { DeskId, Tx } from "@permanence/database";
import { newToken, type World } from "@permanence/kernel";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { sha256 } from "./visitor.ts";

// Browsers in which an agent has signed in. Knowing one lets nobody in; it only counts its tries by itself.

const DEVICE_COOKIE = "permanence_device";
const YEAR_S = 365 * 24 * 60 * 60;

/** The hash of the browser's cookie, where this agent has signed in there. */
export async function findDevice(c: Context, tx: Tx, deskId: DeskId, agentId: string): Promise<Buffer | null> {
  const token = getCookie(c, DEVICE_COOKIE);
  if (token === undefined) return null;
  const known = await tx
    .selectFrom("agent_device")
    .select("token_hash")
    .where("desk_id", "=", deskId)
    .where("token_hash", "=", sha256(token))
    .where("agent_id", "=", agentId)
    .executeTakeFirst();
  return known?.token_hash ?? null;
}

/** Remembers the browser as one of the agent's. */
export async function rememberDevice(
  c: Context,
  tx: Tx,
  world: World,
  { deskId, agentId, options }: { deskId: DeskId; agentId: string; options: CookieOptions },
): Promise<void> {
  const now = world.clock.now();
  const known = await findDevice(c, tx, deskId, agentId);
  const token = known === null ? newToken(world) : getCookie(c, DEVICE_COOKIE)!;
  await tx
    .insertInto("agent_device")
    .values({ desk_id: deskId, token_hash: sha256(token), agent_id: agentId, made_at: now, seen_at: now })
    .onConflict((conflict) => conflict.columns(["desk_id", "token_hash"]).doUpdateSet({ seen_at: now }))
    .execute();
  setCookie(c, DEVICE_COOKIE, token, { ...options, maxAge: YEAR_S });
}

/** Whoever may have had an agent's browser in hand is a stranger again. */
export async function forgetDevices(tx: Tx, deskId: DeskId, agentId: string): Promise<void> {
  await tx.deleteFrom("agent_device").where("desk_id", "=", deskId).where("agent_id", "=", agentId).execute();
}
