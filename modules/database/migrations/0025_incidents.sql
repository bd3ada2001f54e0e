-- What many tickets are about at once: offered when many similar ones arrive, or made by hand.
create table incident (
  desk_id uuid not null,
  incident_id uuid not null,
  state text not null check (state in ('offered', 'dismissed', 'running', 'resolved')),
  title jsonb not null, -- by language; some may be missing
  is_public boolean not null default true, -- shown to customers
  began_at instant not null, -- when its first ticket was received, or it was made
  accepted_at instant, -- by a person; null: an offer
  resolved_at instant,
  version integer not null default 1,
  primary key (desk_id, incident_id)
);
create index incident_open on incident (desk_id, began_at) where state in ('offered', 'running');
create index incident_by_time on incident (desk_id, began_at, incident_id);

create table incident_ticket (
  desk_id uuid not null,
  incident_id uuid not null,
  ticket_id uuid not null,
  joined_at instant not null,
  joined_by text not null, -- "similar", or "agent:<id>"
  left_at instant,
  primary key (desk_id, incident_id, ticket_id),
  foreign key (desk_id, incident_id) references incident,
  foreign key (desk_id, ticket_id) references ticket
);
create unique index incident_of_ticket on incident_ticket (desk_id, ticket_id) where left_at is null;

-- What was said of it to everybody, never changed.
create table incident_update (
  desk_id uuid not null,
  incident_id uuid not null,
  update_id uuid not null,
  at instant not null,
  kind text not null check (kind in ('begun', 'update', 'resolved')),
  text jsonb not null, -- by language
  made_by uuid,
  primary key (desk_id, incident_id, update_id),
  foreign key (desk_id, incident_id) references incident
);

-- What is done to each of its tickets, once: a reply in its language, its closing.
create table incident_action (
  desk_id uuid not null,
  incident_id uuid not null,
  action_id uuid not null,
  ticket_id uuid not null,
  reply jsonb, -- by language; null: none
  closes boolean not null,
  made_by uuid not null,
  made_at instant not null,
  done_at instant,
  outcome text, -- "done", or why it was not
  primary key (desk_id, action_id, ticket_id),
  foreign key (desk_id, incident_id) references incident,
  foreign key (desk_id, ticket_id) references ticket
);
create index incident_action_open on incident_action (desk_id, made_at) where done_at is null;

do $$
declare
  protected text;
begin
  foreach protected in array array['incident', 'incident_ticket', 'incident_update', 'incident_action'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;

-- A customer who has the same trouble says so on a page, without writing.
alter table ticket drop constraint ticket_source_check;
alter table ticket add constraint ticket_source_check check (source in ('mail', 'agent', 'history', 'form')) not valid;
alter table ticket validate constraint ticket_source_check;
