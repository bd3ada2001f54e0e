import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { sql } from "kysely";
import { holds } from "./name-page.ts";
import type { Organisation } from "./organisation-store.ts";

export type ListedContact = {
  id: string;
  name: string;
  addresses: string[];
  failing: { address: string; since: Instant; reason: string }[];
  language: string | null;
  organisation: Organisation | null;
};

/** The newest first. @param q what the name or an address must hold; @param before the last id of the page before */
export async function listContacts(
  tx: Tx,
  deskId: DeskId,
  { q, before, limit }: { q?: string | undefined; before?: string | undefined; limit: number },
): Promise<ListedContact[]> {
  const matches =
    q === undefined
      ? sql`true`
      : sql`(${holds("c.name", q)} or strpos(array_to_string(a.addresses, ' '), lower(${q})) > 0)`;
  const { rows } = await sql<ListedContact>`
    select c.contact_id as id, c.name, a.addresses, a.failing, c.language,
      case when o.organisation_id is not null then json_build_object('id', o.organisation_id, 'name', o.name) end as organisation
    from contact c
    left join organisation o on o.desk_id = c.desk_id and o.organisation_id = c.organisation_id
    cross join lateral (
      select coalesce(array_agg(address order by address), '{}') as addresses,
        coalesce(json_agg(json_build_object('address', address, 'since', failed_at, 'reason', failure) order by address)
          filter (where failed_at is not null), '[]') as failing
      from contact_address
      where desk_id = c.desk_id and contact_id = c.contact_id
    ) a
    where c.desk_id = ${deskId} and ${matches} ${before === undefined ? sql`` : sql`and c.contact_id < ${before}`}
    order by c.contact_id desc limit ${limit}`.execute(tx);
  return rows;
}
