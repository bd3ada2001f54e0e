import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";
import { type DirectoryRow, partsOf } from "./directory-file.ts";
import { type ContactModel, DirectoryModel, type OrganisationModel } from "./directory-model.ts";
import { normalAddress } from "./mail-address.ts";
import { STANDARD_POLICY } from "./policy-settings.ts";

/** What a file is compared with: the directory as far as it names anything, and the version of each row. */
export type DirectorySource = { model: DirectoryModel; versions: Map<string, number> };

type Versioned<T> = T & { version: number };

/** Every organisation, and the contacts that the file names by an address or by another program's name. */
export async function readDirectory(tx: Tx, deskId: DeskId, rows: DirectoryRow[]): Promise<DirectorySource> {
  const organisations = await readOrganisations(tx, deskId);
  const contacts = await readContacts(tx, deskId, rows);
  const domains = await tx
    .selectFrom("organisation_domain")
    .select(["domain", "organisation_id"])
    .where("desk_id", "=", deskId)
    .execute();
  const versions = new Map([...organisations, ...contacts].map(({ id, version }) => [id, version]));
  const model = new DirectoryModel({
    organisations,
    contacts,
    domains: domains.map(({ domain, organisation_id }) => [domain, organisation_id]),
  });
  return { model, versions };
}

async function readOrganisations(tx: Tx, deskId: DeskId): Promise<Versioned<OrganisationModel>[]> {
  const { rows } = await sql<Versioned<OrganisationModel>>`
    select o.organisation_id as id, name, external_id as "externalId", language, sees, version,
      (select coalesce(policy, ${STANDARD_POLICY}) from contract k
        where k.desk_id = o.desk_id and k.organisation_id = o.organisation_id order by holds_from desc limit 1) as policy
    from organisation o where desk_id = ${deskId} order by o.organisation_id`.execute(tx);
  return rows;
}

type ContactRow = Omit<Versioned<ContactModel>, "addresses" | "phones" | "externalIds"> & {
  addresses: string[];
  phones: string[];
  externalIds: string[];
};

async function readContacts(
  tx: Tx,
  deskId: DeskId,
  lines: DirectoryRow[],
): Promise<(ContactModel & { version: number })[]> {
  const addresses = lines.flatMap(({ cells }) => partsOf(cells.emails).flatMap((text) => normalAddress(text) ?? []));
  const externalIds = lines.map(({ cells }) => cells.contact_external_id).filter((id) => id !== "");
  const { rows } = await sql<ContactRow>`
    select c.contact_id as id, name, language, sees, organisation_id as "organisationId", version,
      array(select address from contact_address a where a.desk_id = c.desk_id and a.contact_id = c.contact_id
        order by address) as addresses,
      array(select phone from contact_phone p where p.desk_id = c.desk_id and p.contact_id = c.contact_id) as phones,
      array(select external_id from contact_external_id e where e.desk_id = c.desk_id and e.contact_id = c.contact_id
        order by external_id) as "externalIds"
    from contact c where desk_id = ${deskId} and contact_id in (
      select contact_id from contact_address where desk_id = ${deskId} and address = any(${addresses}::text[])
      union select contact_id from contact_external_id where desk_id = ${deskId} and external_id = any(${externalIds}::text[]))
    order by c.contact_id`.execute(tx);
  return rows.map((row) => ({
    ...row,
    ...{ addresses: new Set(row.addresses), phones: new Set(row.phones), externalIds: new Set(row.externalIds) },
  }));
}
