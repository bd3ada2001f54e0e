import type { DeskId, Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { markDue } from "@permanence/search";
import { sql } from "kysely";

/** An agent's word on one address of a contact's. @param address as `normalAddress` gives it */
export type AddressChange = { contactId: string; address: string; agentId: string };

/** Whose the address is, where it is another's. */
export type TakenAddress = { takenBy: { id: string; name: string } };

/**
 * The order in which a contact's addresses count where nothing else says which one: the chosen one, then those at which the
 * person was seen to read mail, then the one that has been known for longest. For `order by` over `contact_address`.
 */
export const primaryFirst = sql`is_primary desc, failed_at is not null, verified_at is null, added_at nulls first, address`;

/** Where mail to a contact goes when no address of theirs wrote; null where none is known. */
export async function findPrimaryAddress(tx: Tx, deskId: DeskId, contactId: string) {
  const found = await tx
    .selectFrom("contact_address")
    .select(["address", "verified_at as verifiedAt"])
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .orderBy(primaryFirst)
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}

/** Adds an address to a contact, who is locked. Doing it twice changes nothing. */
export async function addAddress(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { contactId, address, agentId }: AddressChange,
): Promise<"kept" | TakenAddress> {
  await tx
    .insertInto("contact_address")
    .values({
      ...{ desk_id: deskId, address, contact_id: contactId, verified_at: null },
      ...{ source: "agent", added_at: world.clock.now(), added_by: agentId },
    })
    .onConflict((conflict) => conflict.columns(["desk_id", "address"]).doNothing())
    .execute();
  const owner = await tx
    .selectFrom("contact_address as a")
    .innerJoin("contact as c", (join) =>
      join.onRef("c.desk_id", "=", "a.desk_id").onRef("c.contact_id", "=", "a.contact_id"),
    )
    .select(["c.contact_id as id", "c.name"])
    .where("a.desk_id", "=", deskId)
    .where("a.address", "=", address)
    .executeTakeFirstOrThrow();
  if (owner.id !== contactId) return { takenBy: owner };
  markDue(tx, world, deskId, "contact", [contactId]);
  return "kept";
}

/** From now on it is the contact's first. @returns whether it is one of theirs */
export async function choosePrimary(
  tx: Tx,
  deskId: DeskId,
  { contactId, address }: Pick<AddressChange, "contactId" | "address">,
): Promise<boolean> {
  const { rows } = await sql<{ chosen: boolean }>`
    update contact_address set is_primary = (address = ${address})
    where desk_id = ${deskId} and contact_id = ${contactId}
      and exists (select from contact_address
        where desk_id = ${deskId} and contact_id = ${contactId} and address = ${address})
    returning is_primary as chosen`.execute(tx);
  return rows.length > 0;
}

/** Takes an address from a contact, who is locked; the last one stays, since nobody could be written to without. */
export async function removeAddress(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { contactId, address }: Pick<AddressChange, "contactId" | "address">,
): Promise<"removed" | "not-theirs" | "last"> {
  const theirs = await tx
    .selectFrom("contact_address")
    .select("address")
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .execute();
  if (!theirs.some((each) => each.address === address)) return "not-theirs";
  if (theirs.length === 1) return "last";
  await tx.deleteFrom("contact_address").where("desk_id", "=", deskId).where("address", "=", address).execute();
  markDue(tx, world, deskId, "contact", [contactId]);
  return "removed";
}
