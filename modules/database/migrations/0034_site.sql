-- What a desk shows of itself on its public site: a sign, a colour that was chosen in the browser, and pages of its own.

create table desk_brand (
  desk_id uuid not null references desk,
  accent text, -- "#rrggbb"; null: as desk.yaml says
  logo_sha256 bytea, -- of a blob; null: none
  logo_type text,
  version integer not null,
  primary key (desk_id)
);

-- Privacy policy, terms: Markdown, in each of the desk's languages.
create table desk_page (
  desk_id uuid not null references desk,
  name text not null,
  language text not null,
  title text not null,
  body text not null,
  version integer not null,
  primary key (desk_id, name, language)
);

do $$
declare
  protected text;
begin
  foreach protected in array array['desk_brand', 'desk_page'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;
