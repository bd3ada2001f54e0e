import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";

/** Writes down that an address is bad for good, and why. @param address in lower case */
export async function markAddress(
  tx: Tx,
  deskId: DeskId,
  address: string,
  { at, reason }: { at: Instant; reason: string },
): Promise<void> {
  await tx
    .updateTable("contact_address")
    .set({ failed_at: at, failure: reason })
    .where("desk_id", "=", deskId)
    .where("address", "=", address)
    .execute();
}

/** Mail arrives there after all, or an agent says that it does. True where the address was marked. */
export async function clearAddress(tx: Tx, deskId: DeskId, address: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("contact_address")
    .set({ failed_at: null, failure: null })
    .where("desk_id", "=", deskId)
    .where("address", "=", address)
    .where("failed_at", "is not", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Addresses at which nothing arrives, the newest failure first; of whom they are, where somebody is known there. */
export async function listFailing(tx: Tx, deskId: DeskId, limit: number) {
  return tx
    .selectFrom("contact_address as a")
    .innerJoin("contact as c", (join) =>
      join.onRef("c.desk_id", "=", "a.desk_id").onRef("c.contact_id", "=", "a.contact_id"),
    )
    .select(["a.address", "a.failed_at", "a.failure", "c.contact_id", "c.name"])
    .where("a.desk_id", "=", deskId)
    .where("a.failed_at", "is not", null)
    .orderBy("a.failed_at", "desc")
    .orderBy("a.address")
    .limit(limit)
    .execute();
}
