import { type DeskId, deskId as asDeskId, type Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";

/** A passkey as its owner sees it. */
export type Passkey = { id: string; label: string; madeAt: Instant; usedAt: Instant | null; host: string };

/** What an answer is verified with. */
export type PasskeyKey = {
  id: string;
  agentId: string;
  rpId: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
};

/** What authenticators keep as the owner's name, and give back: so the desk need not be asked for. */
export function userHandleOf(deskId: DeskId, agentId: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(`${deskId}${agentId}`.replaceAll("-", ""), "hex"));
}

const HANDLE_BYTES = 32;

/** The desk that a user handle names; null where it is none of ours. @param handle in base64url */
export function deskOfHandle(handle: string | undefined): DeskId | null {
  const bytes = Buffer.from(handle ?? "", "base64url");
  if (bytes.length !== HANDLE_BYTES) return null;
  const hex = bytes.toString("hex", 0, HANDLE_BYTES / 2);
  return asDeskId(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"));
}

export async function listPasskeys(tx: Tx, deskId: DeskId, agentId: string): Promise<Passkey[]> {
  return await tx
    .selectFrom("passkey")
    .select(["passkey_id as id", "label", "made_at as madeAt", "used_at as usedAt", "rp_id as host"])
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .orderBy("made_at")
    .orderBy("passkey_id")
    .execute();
}

/** Locked: its counter is about to grow. */
export async function lockPasskey(tx: Tx, deskId: DeskId, id: string): Promise<PasskeyKey | null> {
  const row = await tx
    .selectFrom("passkey")
    .select(["passkey_id as id", "agent_id as agentId", "rp_id as rpId", "public_key as publicKey"])
    .select(["counter", "transports"])
    .where("desk_id", "=", deskId)
    .where("passkey_id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** False where it is somebody's already. */
export async function addPasskey(
  tx: Tx,
  deskId: DeskId,
  key: PasskeyKey & { label: string; madeAt: Instant },
): Promise<boolean> {
  const added = await tx
    .insertInto("passkey")
    .values({
      ...{ desk_id: deskId, passkey_id: key.id, agent_id: key.agentId, rp_id: key.rpId, public_key: key.publicKey },
      ...{ counter: key.counter, transports: key.transports, label: key.label, made_at: key.madeAt, used_at: null },
    })
    .onConflict((conflict) => conflict.columns(["desk_id", "passkey_id"]).doNothing())
    .returning("passkey_id")
    .executeTakeFirst();
  return added !== undefined;
}

export async function notePasskeyUse(
  tx: Tx,
  deskId: DeskId,
  { id, counter, usedAt }: { id: string; counter: number; usedAt: Instant },
): Promise<void> {
  await tx
    .updateTable("passkey")
    .set({ counter, used_at: usedAt })
    .where("desk_id", "=", deskId)
    .where("passkey_id", "=", id)
    .execute();
}

/** @param id null: all of the agent's @returns whether there was one */
export async function removePasskey(tx: Tx, deskId: DeskId, agentId: string, id: string | null): Promise<boolean> {
  const removed = await tx
    .deleteFrom("passkey")
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .$if(id !== null, (query) => query.where("passkey_id", "=", id!))
    .returning("passkey_id")
    .execute();
  return removed.length > 0;
}
