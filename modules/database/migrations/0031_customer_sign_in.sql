-- Customers sign in without a password: by a link or a code that was mailed to their address.

create table customer_sign_in (
  desk_id uuid not null references desk,
  request_hash bytea not null, -- SHA-256 of what the browser keeps that asked
  link_hash bytea not null, -- SHA-256 of the link's token
  code_hash bytea not null, -- SHA-256 of the browser's secret and the code: neither is of use alone
  address text not null, -- lower case
  language text not null,
  tries integer not null, -- of the code
  created_at instant not null,
  expires_at instant not null,
  used_at instant,
  primary key (desk_id, request_hash)
);
create unique index customer_sign_in_by_link on customer_sign_in (desk_id, link_hash);
create index customer_sign_in_by_address on customer_sign_in (desk_id, address, created_at);

create table customer_session (
  desk_id uuid not null references desk,
  token_hash bytea not null,
  contact_id uuid not null,
  address text not null, -- the one that they signed in with
  created_at instant not null,
  expires_at instant not null,
  primary key (desk_id, token_hash),
  foreign key (desk_id, contact_id) references contact
);
create index customer_session_by_contact on customer_session (desk_id, contact_id);

do $$
declare
  protected text;
begin
  foreach protected in array array['customer_sign_in', 'customer_session']
  loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end
$$;
