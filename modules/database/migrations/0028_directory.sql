-- The directory of customers: what is known of organisations and contacts, merging them, taking them over from a file.

alter table organisation
  add column language text, -- null: none of its own
  add column external_id text, -- what another program of the desk's calls it
  add column notes text not null default '',
  add column sees text not null default 'own' check (sees in ('own', 'organisation')), -- whose tickets its people see
  add column version integer not null default 1;
create unique index organisation_by_external_id on organisation (desk_id, external_id) where external_id is not null;

alter table contact
  add column sees text check (sees in ('own', 'organisation')), -- null: as their organisation says
  add column notes text not null default '',
  add column version integer not null default 1;

alter table contact_address
  add column is_primary boolean not null default false, -- where none is, the first one known counts
  add column source text, -- how it is known: mail, form, sign-in, agent, import; null: known before this was kept
  add column added_at instant, -- null: known before this was kept
  add column added_by uuid; -- the agent, where one wrote it down

create table contact_phone (
  desk_id uuid not null,
  contact_id uuid not null,
  phone text not null, -- as it was written
  primary key (desk_id, contact_id, phone),
  foreign key (desk_id, contact_id) references contact
);

-- What other programs call a contact: one name each, or more after a merge.
create table contact_external_id (
  desk_id uuid not null,
  external_id text not null,
  contact_id uuid not null,
  primary key (desk_id, external_id),
  foreign key (desk_id, contact_id) references contact
);
create index contact_external_id_by_contact on contact_external_id (desk_id, contact_id);

-- Two contacts that were one person. The row of the one that went is gone, so that nothing can belong to it any more.
create table contact_merge (
  desk_id uuid not null,
  gone_id uuid not null,
  kept_id uuid not null,
  merged_at instant not null,
  merged_by uuid not null,
  gone jsonb not null, -- what was known of it then
  primary key (desk_id, gone_id),
  foreign key (desk_id, kept_id) references contact (desk_id, contact_id)
);
create index contact_merge_by_kept on contact_merge (desk_id, kept_id);

-- A file of customers as it was given, and what taking it over would do, line by line.
create table directory_import (
  desk_id uuid not null references desk,
  import_id uuid not null,
  file_name text not null,
  file bytea not null,
  made_by uuid not null,
  made_at instant not null,
  digest bytea not null, -- SHA-256 of what was shown: only that is applied
  counts jsonb not null,
  applied_at instant,
  primary key (desk_id, import_id)
);
create index directory_import_by_time on directory_import (desk_id, made_at);

create table directory_import_line (
  desk_id uuid not null,
  import_id uuid not null,
  line integer not null,
  outcome text not null check (outcome in ('made', 'changed', 'unchanged', 'refused')),
  shown jsonb not null,
  primary key (desk_id, import_id, line),
  foreign key (desk_id, import_id) references directory_import on delete cascade
);

do $$
declare
  protected text;
begin
  foreach protected in array array['contact_phone', 'contact_external_id', 'contact_merge', 'directory_import',
    'directory_import_line']
  loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end
$$;
