-- What a desk promises, in versions: never changed, each with the instant from which it holds. A ticket goes by what held
-- when it was received, and its chain keeps that for good.
create table policy_version (
  desk_id uuid not null,
  policy text not null, -- 'standard' is the desk's own; others are for contracts
  version integer not null,
  holds_from instant not null,
  document jsonb not null, -- PolicyDocument, modules/people/policy-settings.ts
  digest bytea not null, -- sha256 of the document's canonical JSON
  made_by text not null, -- "desk.yaml", or "agent:<id>"
  made_at instant not null,
  primary key (desk_id, policy, version)
);

create table calendar_version (
  desk_id uuid not null,
  calendar text not null,
  version integer not null,
  holds_from instant not null,
  document jsonb not null, -- CalendarSettings, modules/people/calendar-settings.ts
  digest bytea not null,
  made_by text not null,
  made_at instant not null,
  primary key (desk_id, calendar, version)
);

-- Organisations with a policy of their own.
create table contract (
  desk_id uuid not null,
  organisation_id uuid not null,
  holds_from instant not null,
  policy text, -- null: the desk's own again
  made_by text not null,
  made_at instant not null,
  primary key (desk_id, organisation_id, holds_from),
  foreign key (desk_id, organisation_id) references organisation
);

do $$
declare
  protected text;
begin
  foreach protected in array array['policy_version', 'calendar_version', 'contract'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;
