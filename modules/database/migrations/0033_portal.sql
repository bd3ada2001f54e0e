-- What customers do in their portal.

-- Whether they were content with how their ticket was handled: asked once for each closing.
create table rating (
  desk_id uuid not null,
  ticket_id uuid not null,
  closed_at instant not null, -- which closing it is about
  asked_at instant not null,
  rating text check (rating in ('good', 'bad')), -- null: not answered
  words text not null, -- theirs; empty where they gave none
  rated_at instant,
  primary key (desk_id, ticket_id, closed_at),
  foreign key (desk_id, ticket_id) references ticket
);
create index rating_by_time on rating (desk_id, asked_at);
create index ticket_by_closing on ticket (desk_id, closed_at) where closed_at is not null;

-- Whoever asked to have what is kept about them erased.
create table erasure_request (
  desk_id uuid not null,
  erasure_request_id uuid not null,
  contact_id uuid not null,
  asked_at instant not null,
  handled_at instant, -- null: it waits for an agent
  handled_by uuid,
  outcome text check (outcome in ('erased', 'refused', 'withdrawn')),
  reason text not null, -- why it was refused
  primary key (desk_id, erasure_request_id),
  foreign key (desk_id, contact_id) references contact,
  foreign key (desk_id, handled_by) references agent
);
create index erasure_request_by_contact on erasure_request (desk_id, contact_id, asked_at);
create index erasure_request_open on erasure_request (desk_id, asked_at) where handled_at is null;

do $$
declare
  protected text;
begin
  foreach protected in array array['rating', 'erasure_request']
  loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end
$$;
