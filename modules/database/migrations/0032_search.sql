-- One index for every search of the product: what can be found is an entry, with its words and what can be filtered by.

create extension if not exists unaccent; -- accents make no difference
create extension if not exists btree_gin; -- the desk, the kind and the day stand in the same index as the words

-- Words as they are written, without accents; and by their stems, in each language.
create text search configuration permanence_simple (copy = simple);
alter text search configuration permanence_simple
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part, numword, numhword, hword_numpart, email,
    host, url, url_path, file, version with unaccent, simple;
create text search configuration permanence_fr (copy = french);
alter text search configuration permanence_fr alter mapping for word, hword, hword_part with unaccent, french_stem;
create text search configuration permanence_nl (copy = dutch);
alter text search configuration permanence_nl alter mapping for word, hword, hword_part with unaccent, dutch_stem;
create text search configuration permanence_en (copy = english);
alter text search configuration permanence_en alter mapping for word, hword, hword_part with unaccent, english_stem;

create table search_entry (
  desk_id uuid not null references desk,
  kind text not null, -- ticket, contact, organisation, …
  entry_id uuid not null,
  day integer not null, -- since 1970-01-01, of the newest that it holds: what is new is looked through first
  language text not null, -- whose stems its words have
  words tsvector not null, -- and what it can be filtered by, as "state:open"
  primary key (desk_id, kind, entry_id)
);
create index search_entry_words on search_entry using gin (desk_id, kind, day, words);

-- What changed since its entry was written. An entry follows within a second or two.
create table search_due (
  desk_id uuid not null references desk,
  kind text not null,
  entry_id uuid not null,
  marked_at instant not null,
  primary key (desk_id, kind, entry_id)
);
create index search_due_by_time on search_due (desk_id, marked_at);

-- Words that stand in entries, by themselves and with one letter left out: two words that differ in one letter meet there.
create table search_word (
  desk_id uuid not null references desk,
  key text not null,
  word text not null,
  primary key (desk_id, key, word)
);

do $$
declare
  protected text;
begin
  foreach protected in array array['search_entry', 'search_due', 'search_word'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;

-- What is there already is written like what changes from now on.
do $$
declare
  desk_of text;
begin
  for desk_of in select distinct desk_id::text from directory loop
    perform set_config('app.desk_id', desk_of, true);
    insert into search_due select desk_id, 'ticket', ticket_id, received_at from ticket;
    insert into search_due select desk_id, 'contact', contact_id, 0 from contact;
    insert into search_due select desk_id, 'organisation', organisation_id, 0 from organisation;
  end loop;
end $$;
