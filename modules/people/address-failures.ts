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
