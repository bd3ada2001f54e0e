import type { DeskId, Tx } from "@permanence/database";

/** Organisations by whom a clock names as its customer: the organisation itself, or a contact of it. */
export type Organisations = Map<string, { id: string; name: string }>;

/** By the 16 bytes of each id as so many characters. Who is missing belongs to no organisation. */
export async function readOrganisations(tx: Tx, deskId: DeskId): Promise<Organisations> {
  const organisations = await tx
    .selectFrom("organisation")
    .select(["organisation_id as id", "name"])
    .where("desk_id", "=", deskId)
    .execute();
  const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]));
  const contacts = await tx
    .selectFrom("contact")
    .select(["contact_id", "organisation_id"])
    .where("desk_id", "=", deskId)
    .where("organisation_id", "is not", null)
    .execute();
  return new Map([
    ...organisations.map((organisation) => [bytesOf(organisation.id), organisation] as const),
    ...contacts.map((contact) => [bytesOf(contact.contact_id), byId.get(contact.organisation_id!)!] as const),
  ]);
}

function bytesOf(uuid: string): string {
  return Buffer.from(uuid.replaceAll("-", ""), "hex").toString("latin1");
}
