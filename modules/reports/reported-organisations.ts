import type { DeskId, Tx } from "@permanence/database";

export type Organisation = { id: string; name: string };

/** Organisations by whom a clock names as its customer: the organisation itself, or a contact of it. */
export class Organisations {
  // By two halves of an id's last twelve bytes (its first four tell only when it was made), as numbers: to make a text of
  // each id of a million takes longer than all the counting.
  readonly #byHalves = new Map<number, Map<number, Organisation>>();

  add(id: string, organisation: Organisation): void {
    const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
    const [low, high] = [bytes.readUIntBE(10, 6), bytes.readUIntBE(4, 6)];
    this.#byHalves.set(low, (this.#byHalves.get(low) ?? new Map()).set(high, organisation));
  }

  /** @param offset where the sixteen bytes of an id begin. Null: somebody who belongs to none. */
  find(ids: Buffer, offset: number): Organisation | null {
    const sameLow = this.#byHalves.get(ids.readUIntBE(offset + 10, 6));
    return sameLow?.get(ids.readUIntBE(offset + 4, 6)) ?? null;
  }
}

export async function readOrganisations(tx: Tx, deskId: DeskId): Promise<Organisations> {
  const organisations = await tx
    .selectFrom("organisation")
    .select(["organisation_id as id", "name"])
    .where("desk_id", "=", deskId)
    .execute();
  const contacts = await tx
    .selectFrom("contact")
    .select(["contact_id", "organisation_id"])
    .where("desk_id", "=", deskId)
    .where("organisation_id", "is not", null)
    .execute();
  const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]));
  const known = new Organisations();
  for (const organisation of organisations) known.add(organisation.id, organisation);
  for (const { contact_id, organisation_id } of contacts) known.add(contact_id, byId.get(organisation_id!)!);
  return known;
}
