import type { EntrySource } from "@permanence/search";
import { sql } from "kysely";

/** What of a contact can be found: name and addresses, and their organisation's name. */
export const contactEntries: EntrySource = (deskId, ids) => sql`
  select c.contact_id as entry_id, c.created_at as at, coalesce(c.language, '') as language, c.name as strong,
    concat_ws(' ', (select string_agg(a.address, ' ') from contact_address a
      where a.desk_id = c.desk_id and a.contact_id = c.contact_id), o.name) as middle, '' as weak,
    array_remove(array['org:' || c.organisation_id], null) as filters
  from contact c left join organisation o on o.desk_id = c.desk_id and o.organisation_id = c.organisation_id
  where c.desk_id = ${deskId} and c.contact_id = any(${ids}::uuid[])`;

/** What of an organisation can be found: its name and its mail domains. */
export const organisationEntries: EntrySource = (deskId, ids) => sql`
  select o.organisation_id as entry_id, o.created_at as at, '' as language, o.name as strong,
    coalesce((select string_agg(d.domain, ' ') from organisation_domain d
      where d.desk_id = o.desk_id and d.organisation_id = o.organisation_id), '') as middle, '' as weak,
    array[]::text[] as filters
  from organisation o where o.desk_id = ${deskId} and o.organisation_id = any(${ids}::uuid[])`;
