-- Apart from the columns' own migration: this one holds no lock that keeps readers out.

do $$
declare
  desk_of text;
begin
  for desk_of in select distinct desk_id::text from directory loop
    perform set_config('app.desk_id', desk_of, true);
    update clock k set priority = t.priority, customer_id = coalesce(t.organisation_id, t.contact_id)
      from ticket t where t.desk_id = k.desk_id and t.ticket_id = k.ticket_id and k.customer_id is null;
  end loop;
end $$;

create index clock_by_start on clock (desk_id, target, started_at, ticket_id);
