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

-- The words by which customers are searched, in lower case and without accents. In order of their bytes, so that the
-- beginning of a word is a range of the index: unlike `like`, comparing leaks nothing, and is used under a policy.
create table directory_word (
  desk_id uuid not null references desk,
  kind text not null check (kind in ('contact', 'organisation')),
  word text collate "C" not null,
  id uuid not null,
  primary key (desk_id, kind, word, id)
);
create index directory_word_by_id on directory_word (desk_id, id);

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
  desk_of text;
begin
  foreach protected in array array['contact_phone', 'contact_external_id', 'contact_merge', 'directory_word',
    'directory_import', 'directory_import_line']
  loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;

  -- The words of whoever is known already, as modules/people/directory-words.ts finds them.
  for desk_of in select distinct desk_id::text from directory loop
    perform set_config('app.desk_id', desk_of, true);
    insert into directory_word
    select desk_of::uuid, kind, left(word, 100), id from (
      select 'organisation' as kind, organisation_id as id,
        regexp_split_to_table(lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]+', '', 'g')), '[^[:alnum:]]+') as word
      from organisation where desk_id = desk_of::uuid
      union select 'contact', contact_id,
        regexp_split_to_table(lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]+', '', 'g')), '[^[:alnum:]]+')
      from contact where desk_id = desk_of::uuid
      union select 'contact', contact_id, unnest(array[address, split_part(address, '@', -1)])
      from contact_address where desk_id = desk_of::uuid
      union select 'organisation', organisation_id, domain from organisation_domain where desk_id = desk_of::uuid
    ) as words where word <> ''
    on conflict do nothing;
  end loop;
end
$$;
