import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";

/** Keeps a sender's mail apart from now on. Doing it twice changes nothing. @param address in lower case */
export async function blockSender(
  tx: Tx,
  deskId: DeskId,
  address: string,
  { agentId, at }: { agentId: string; at: Instant },
): Promise<void> {
  await tx
    .insertInto("blocked_sender")
    .values({ desk_id: deskId, address, blocked_by: agentId, blocked_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** False where the sender was not blocked. */
export async function unblockSender(tx: Tx, deskId: DeskId, address: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("blocked_sender")
    .where("desk_id", "=", deskId)
    .where("address", "=", address)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** Those of the addresses that are blocked. */
export async function findBlocked(tx: Tx, deskId: DeskId, addresses: string[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom("blocked_sender")
    .select("address")
    .where("desk_id", "=", deskId)
    .where(sql<boolean>`address = any(${addresses}::text[])`)
    .execute();
  return new Set(rows.map(({ address }) => address));
}

/** All of them, by address. */
export async function listBlocked(tx: Tx, deskId: DeskId): Promise<{ address: string; since: Instant }[]> {
  return tx
    .selectFrom("blocked_sender")
    .select(["address", "blocked_at as since"])
    .where("desk_id", "=", deskId)
    .orderBy("address")
    .execute();
}
