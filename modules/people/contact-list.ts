import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import { primaryFirst } from "./contact-addresses.ts";
import type { Organisation } from "./organisation-store.ts";

export type ListedContact = {
  id: string;
  name: string;
  addresses: string[];
  failing: { address: string; since: Instant; reason: string }[];
  language: string | null;
  organisation: Organisation | null;
};

export type ContactFilter = {
  /** Only these, in their order. */
  ids?: string[] | undefined;
  organisationId?: string | undefined;
  /** The last id of the page before. */
  before?: string | undefined;
  limit: number;
};

/** The newest first, where no ids say otherwise. */
export async function listContacts(
  tx: Tx,
  deskId: DeskId,
  { ids, organisationId, before, limit }: ContactFilter,
): Promise<ListedContact[]> {
  const matches = ids === undefined ? sql`true` : sql`c.contact_id = any(${ids}::uuid[])`;
  const theirs = organisationId === undefined ? sql`true` : sql`c.organisation_id = ${organisationId}`;
  const order = ids === undefined ? sql`c.contact_id desc` : sql`array_position(${ids}::uuid[], c.contact_id)`;
  const { rows } = await sql<ListedContact>`
    select c.contact_id as id, c.name, a.addresses, a.failing, c.language,
      case when o.organisation_id is not null then json_build_object('id', o.organisation_id, 'name', o.name) end as organisation
    from contact c
    left join organisation o on o.desk_id = c.desk_id and o.organisation_id = c.organisation_id
    cross join lateral (
      select coalesce(array_agg(address order by ${primaryFirst}), '{}') as addresses,
        coalesce(json_agg(json_build_object('address', address, 'since', failed_at, 'reason', failure) order by address)
          filter (where failed_at is not null), '[]') as failing
      from contact_address
      where desk_id = c.desk_id and contact_id = c.contact_id
    ) a
    where c.desk_id = ${deskId} and ${matches} and ${theirs} ${before === undefined ? sql`` : sql`and c.contact_id < ${before}`}
    order by ${order} limit ${limit}`.execute(tx);
  return rows;
}
