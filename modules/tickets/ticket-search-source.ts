import type { EntrySource } from "@permanence/search";
import { sql } from "kysely";

/** What of a ticket can be found: subject, number, customer, attachments' names, all that was said, notes too. */
export const ticketEntries: EntrySource = (deskId, ids) => sql`
  select t.ticket_id as entry_id, greatest(t.received_at, said.newest_at) as at, t.language,
    t.subject || ' ' || t.number as strong,
    concat_ws(' ', c.name, said.addresses, o.name, said.files) as middle,
    coalesce(said.texts, '') as weak,
    array(select 'tag:' || unnest(t.tag_ids)) || array_remove(array[
      'team:' || t.team_id,
      'state:' || t.state, case when t.state = 'closed' then 'is:closed' else 'is:open' end,
      'priority:' || t.priority, 'lang:' || t.language, 'contact:' || t.contact_id,
      'org:' || coalesce(t.organisation_id, c.organisation_id), 'assignee:' || coalesce(t.assignee_id::text, 'nobody'),
      case when said.files <> '' then 'has:attachment' end,
      case when exists (select from clock k where k.desk_id = t.desk_id and k.ticket_id = t.ticket_id
        and k.outcome = 'breached') then 'is:breached' end
    ], null) as filters
  from ticket t
  join contact c on c.desk_id = t.desk_id and c.contact_id = t.contact_id
  left join organisation o on o.desk_id = t.desk_id and o.organisation_id = coalesce(t.organisation_id, c.organisation_id)
  cross join lateral (
    select max(m.at) as newest_at, string_agg(distinct m.from_address, ' ') as addresses,
      string_agg(coalesce(nullif(m.reply, ''), m.text), ' ' order by m.at) as texts,
      (select string_agg(a.name, ' ') from attachment a where a.desk_id = t.desk_id and a.message_id = any(array_agg(m.message_id)))
        as files
    from message m where m.desk_id = t.desk_id and m.ticket_id = t.ticket_id
  ) said
  where t.desk_id = ${deskId} and t.ticket_id = any(${ids}::uuid[])`;
