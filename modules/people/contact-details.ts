import type { DeskId, Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import { markDue } from "@permanence/search";
import { sql } from "kysely";
import { primaryFirst } from "./contact-addresses.ts";
import { type Organisation, organisationExists } from "./organisation-store.ts";
import type { AddressSource, Sees } from "./people-tables.ts";

/** All that the desk keeps of a contact beside tickets. The address that counts first stands first. */
export type ContactDetails = {
  id: string;
  name: string;
  language: string | null;
  notes: string;
  /** Null: as the organisation says. */
  sees: Sees | null;
  createdAt: Instant;
  version: number;
  organisation: (Organisation & { sees: Sees }) | null;
  addresses: {
    address: string;
    source: AddressSource | null;
    addedAt: Instant | null;
    verifiedAt: Instant | null;
    failedAt: Instant | null;
    failure: string | null;
  }[];
  phones: string[];
  externalIds: string[];
  merged: { id: string; name: string; at: Instant; by: string }[];
};

/** The id that a contact has now: after a merge, that of the one that was kept. */
async function currentContactId(tx: Tx, deskId: DeskId, id: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select kept_id as id from contact_merge where desk_id = ${deskId} and gone_id = ${id}`.execute(tx);
  return rows[0]?.id ?? id;
}

/** Also by the id of a contact that was merged into this one. */
export async function findContactDetails(tx: Tx, deskId: DeskId, id: string): Promise<ContactDetails | null> {
  const contactId = await currentContactId(tx, deskId, id);
  const of = (alias: string) =>
    sql`${sql.ref(`${alias}.desk_id`)} = c.desk_id and ${sql.ref(`${alias}.contact_id`)} = c.contact_id`;
  const { rows } = await sql<ContactDetails>`
    select c.contact_id as id, c.name, c.language, c.notes, c.sees, c.created_at as "createdAt", c.version,
      case when o.organisation_id is not null
        then json_build_object('id', o.organisation_id, 'name', o.name, 'sees', o.sees) end as organisation,
      coalesce((select json_agg(json_build_object('address', a.address, 'source', a.source, 'addedAt', a.added_at,
          'verifiedAt', a.verified_at, 'failedAt', a.failed_at, 'failure', a.failure) order by ${primaryFirst})
        from contact_address a where ${of("a")}), '[]') as addresses,
      array(select phone from contact_phone p where ${of("p")} order by phone) as phones,
      array(select external_id from contact_external_id e where ${of("e")} order by external_id) as "externalIds",
      coalesce((select json_agg(json_build_object('id', m.gone_id, 'name', m.gone->>'name', 'at', m.merged_at, 'by', g.name)
          order by m.merged_at, m.gone_id)
        from contact_merge m join agent g on g.desk_id = m.desk_id and g.agent_id = m.merged_by
        where m.desk_id = c.desk_id and m.kept_id = c.contact_id), '[]') as merged
    from contact c left join organisation o on o.desk_id = c.desk_id and o.organisation_id = c.organisation_id
    where c.desk_id = ${deskId} and c.contact_id = ${contactId}`.execute(tx);
  return rows[0] ?? null;
}

/** The version of a contact, which nobody else changes until the transaction ends; null where there is none. */
export async function lockContact(tx: Tx, deskId: DeskId, contactId: string): Promise<number | null> {
  const row = await tx
    .selectFrom("contact")
    .select("version")
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .forUpdate()
    .executeTakeFirst();
  return row?.version ?? null;
}

/** What an agent may say of a contact; what is left out stays. */
export type ContactChange = Partial<
  Pick<ContactDetails, "name" | "language" | "notes" | "sees" | "phones" | "externalIds"> & {
    organisationId: string | null;
  }
>;

export type ContactRefusal = { takenExternalId: string } | "no-organisation";

/** Changes a contact, who is locked; its version grows. Nothing is changed where something is refused. */
export async function changeContact(
  tx: Tx,
  world: World,
  deskId: DeskId,
  contactId: string,
  { phones, externalIds, organisationId, ...plain }: ContactChange,
): Promise<"changed" | ContactRefusal> {
  if (organisationId && !(await organisationExists(tx, deskId, organisationId))) return "no-organisation";
  if (externalIds) {
    const taken = await findTakenExternalId(tx, deskId, contactId, externalIds);
    if (taken !== null) return { takenExternalId: taken };
    await tx
      .deleteFrom("contact_external_id")
      .where("desk_id", "=", deskId)
      .where("contact_id", "=", contactId)
      .execute();
    const rows = [...new Set(externalIds)].map((external_id) => ({
      desk_id: deskId,
      external_id,
      contact_id: contactId,
    }));
    if (rows.length > 0) await tx.insertInto("contact_external_id").values(rows).execute();
  }
  if (phones) {
    await tx.deleteFrom("contact_phone").where("desk_id", "=", deskId).where("contact_id", "=", contactId).execute();
    const rows = [...new Set(phones)].map((phone) => ({ desk_id: deskId, contact_id: contactId, phone }));
    if (rows.length > 0) await tx.insertInto("contact_phone").values(rows).execute();
  }
  const organisation = organisationId === undefined ? {} : { organisation_id: organisationId };
  await tx
    .updateTable("contact")
    .set((row) => ({ ...plain, ...organisation, version: row("version", "+", 1) }))
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .execute();
  markDue(tx, world, deskId, "contact", [contactId]);
  return "changed";
}

async function findTakenExternalId(tx: Tx, deskId: DeskId, contactId: string, ids: string[]): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select external_id as id from contact_external_id
    where desk_id = ${deskId} and external_id = any(${ids}::text[]) and contact_id <> ${contactId} limit 1`.execute(tx);
  return rows[0]?.id ?? null;
}
