-- What makes a ticket's chain provable to outsiders: the key that signs proof files, and one head for each day over the
-- chains of all tickets that grew on it, which a time-stamping authority may confirm (RFC 3161).

create table proof_key (
  desk_id uuid not null,
  public_key bytea not null, -- Ed25519, 32 bytes
  private_key bytea not null, -- PKCS #8
  made_at instant not null,
  primary key (desk_id, public_key)
);

create table day_head (
  desk_id uuid not null,
  day date not null, -- in UTC
  count integer not null, -- of tickets whose chain grew on that day
  root bytea not null, -- of the tree over day_leaf
  previous bytea not null, -- the head of the day before it; zeros for the first
  head bytea not null, -- sha256(previous || day || count || root)
  made_at instant not null,
  stamp bytea, -- the authority's answer
  stamp_error text,
  tried_at instant,
  primary key (desk_id, day)
);

-- The last event of each of those tickets on that day.
create table day_leaf (
  desk_id uuid not null,
  day date not null,
  ticket_id uuid not null,
  sequence integer not null,
  digest bytea not null,
  primary key (desk_id, day, ticket_id)
);
create index day_leaf_by_ticket on day_leaf (desk_id, ticket_id, day);

do $$
declare
  protected text;
begin
  foreach protected in array array['proof_key', 'day_head', 'day_leaf'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;

-- Erased by law: the row stays, since others refer to it by the digest of what it held.
alter table blob add column erased_at instant;
