import type { EntrySource } from "@permanence/search";
import { type RawBuilder, sql } from "kysely";

/** What of a contact can be found: name, addresses with their domains, what other programs call them, and their
 *  organisation's name. */
export const contactEntries: EntrySource = (deskId, ids) => sql`
  select c.contact_id as entry_id, c.created_at as at, coalesce(c.language, '') as language, c.name as strong,
    concat_ws(' ', (select string_agg(concat_ws(' ', a.address, split_part(a.address, '@', -1), ${partsOf("a.address")}), ' ') from contact_address a
      where a.desk_id = c.desk_id and a.contact_id = c.contact_id), (select string_agg(e.external_id, ' ')
      from contact_external_id e where e.desk_id = c.desk_id and e.contact_id = c.contact_id), o.name) as middle, '' as weak,
    array_remove(array['org:' || c.organisation_id], null) as filters
  from contact c left join organisation o on o.desk_id = c.desk_id and o.organisation_id = c.organisation_id
  where c.desk_id = ${deskId} and c.contact_id = any(${ids}::uuid[])`;

/** What of an organisation can be found: its name, its mail domains and what other programs call it. */
export const organisationEntries: EntrySource = (deskId, ids) => sql`
  select o.organisation_id as entry_id, o.created_at as at, '' as language, o.name as strong,
    concat_ws(' ', (select string_agg(concat_ws(' ', d.domain, ${partsOf("d.domain")}), ' ') from organisation_domain d
      where d.desk_id = o.desk_id and d.organisation_id = o.organisation_id), o.external_id) as middle, '' as weak,
    array[]::text[] as filters
  from organisation o where o.desk_id = ${deskId} and o.organisation_id = any(${ids}::uuid[])`;

/** An address is one word to the index: people search for its beginning, and for what stands within it too. */
function partsOf(column: string): RawBuilder<string> {
  return sql`translate(${sql.ref(column)}, '.@-_+', '     ')`;
}
