import type { DeskId, Tx } from "@permanence/database";

/** Whose tickets a customer sees: those of these contacts, and, where it is set, all of this organisation's. */
export type VisibleTickets = { contactIds: string[]; organisationId: string | null };

/**
 * What a contact may see beside nothing: their own tickets; and those of their organisation, where the desk says so of them,
 * or of the organisation and not otherwise of them. A ticket is an organisation's where its row says so, and where it says of
 * none, where its contact belongs to it. Somebody who is gone sees nothing.
 */
export async function ticketsVisibleTo(tx: Tx, deskId: DeskId, contactId: string): Promise<VisibleTickets> {
  const contact = await tx
    .selectFrom("contact as c")
    .leftJoin("organisation as o", (join) =>
      join.onRef("o.desk_id", "=", "c.desk_id").onRef("o.organisation_id", "=", "c.organisation_id"),
    )
    .select((row) => ["c.organisation_id as organisationId", row.fn.coalesce("c.sees", "o.sees").as("sees")])
    .where("c.desk_id", "=", deskId)
    .where("c.contact_id", "=", contactId)
    .executeTakeFirst();
  if (contact === undefined) return { contactIds: [], organisationId: null };
  return { contactIds: [contactId], organisationId: contact.sees === "organisation" ? contact.organisationId : null };
}
