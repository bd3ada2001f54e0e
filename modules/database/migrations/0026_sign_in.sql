-- How agents sign in beside a mailed link: with a password and a code, or with a passkey. Who is invited. What is on record.

alter table credential
  add column seen_at instant, -- when it was last used, to five minutes
  add column network text, -- from which address it was made
  add column device text, -- what the browser called itself then
  add column is_read_only boolean not null default false; -- of API tokens
alter table credential drop constraint credential_kind_check;
alter table credential add constraint credential_kind_check
  check (kind in ('session', 'api', 'sign-in-link', 'second-step')) not valid;
alter table credential validate constraint credential_kind_check;
create index credential_by_kind on credential (desk_id, kind, created_at);

create table agent_password (
  desk_id uuid not null,
  agent_id uuid not null,
  hash text not null, -- argon2id, with its parameters and salt
  set_at instant not null,
  primary key (desk_id, agent_id),
  foreign key (desk_id, agent_id) references agent
);

create table agent_totp (
  desk_id uuid not null,
  agent_id uuid not null,
  sealed bytea, -- encrypted with the installation's key; null until a code of the first one was right
  pending bytea, -- the same of one that no code was shown of yet: it counts for nothing
  made_at instant not null,
  last_step bigint not null default 0, -- no code is taken twice
  primary key (desk_id, agent_id),
  foreign key (desk_id, agent_id) references agent
);

create table recovery_code (
  desk_id uuid not null,
  agent_id uuid not null,
  code_hash bytea not null, -- SHA-256: the code has 80 bits of chance
  made_at instant not null,
  used_at instant,
  primary key (desk_id, agent_id, code_hash),
  foreign key (desk_id, agent_id) references agent
);

create table passkey (
  desk_id uuid not null,
  passkey_id text not null, -- the authenticator's credential id, base64url
  agent_id uuid not null,
  rp_id text not null, -- the host that it was made for
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  label text not null,
  made_at instant not null,
  used_at instant,
  primary key (desk_id, passkey_id),
  foreign key (desk_id, agent_id) references agent
);
create index passkey_by_agent on passkey (desk_id, agent_id);

-- Challenges are signed and not kept; only those that were answered are, until they run out.
create table answered_challenge (
  desk_id uuid not null references desk,
  challenge text not null,
  expires_at instant not null,
  primary key (desk_id, challenge)
);
create index answered_challenge_by_end on answered_challenge (desk_id, expires_at);

-- A browser in which an agent has signed in before: strangers' tries do not keep it waiting.
create table agent_device (
  desk_id uuid not null,
  token_hash bytea not null,
  agent_id uuid not null,
  made_at instant not null,
  seen_at instant not null,
  primary key (desk_id, token_hash),
  foreign key (desk_id, agent_id) references agent
);
create index agent_device_by_agent on agent_device (desk_id, agent_id);

-- How often somebody tried lately, by what they are told apart by.
create table sign_in_tries (
  desk_id uuid not null references desk,
  key bytea not null, -- SHA-256 of address and network, of a network, or of a device
  count integer not null,
  last_at instant not null,
  primary key (desk_id, key)
);
create index sign_in_tries_by_time on sign_in_tries (desk_id, last_at);

create table invitation (
  desk_id uuid not null references desk,
  invitation_id uuid not null,
  email text not null, -- lower case
  name text not null,
  role text not null check (role in ('agent', 'lead', 'author', 'admin')),
  language text not null,
  token_hash bytea not null, -- of the newest mail's link
  invited_by uuid not null,
  invited_at instant not null,
  sent_at instant not null,
  expires_at instant not null,
  accepted_at instant,
  revoked_at instant,
  primary key (desk_id, invitation_id),
  foreign key (desk_id, invited_by) references agent
);
create unique index invitation_open on invitation (desk_id, email) where accepted_at is null and revoked_at is null;
create index invitation_by_token on invitation (desk_id, token_hash);

-- What is on record for good: who came in or failed to, whose rights and which settings changed, who looked at customers' data.
create table audit_entry (
  desk_id uuid not null references desk,
  entry_id uuid not null, -- sorts by time
  at instant not null,
  kind text not null,
  actor_id uuid, -- null: nobody who is known
  subject text, -- "agent:<id>", "contact:<id>", or an address of the API
  network text,
  data jsonb not null,
  primary key (desk_id, entry_id)
);
create index audit_entry_by_kind on audit_entry (desk_id, kind, entry_id);
create index audit_entry_by_actor on audit_entry (desk_id, actor_id, entry_id);
create index audit_entry_by_subject on audit_entry (desk_id, subject, entry_id) where subject is not null;

do $$
declare
  protected text;
begin
  foreach protected in array array['agent_password', 'agent_totp', 'recovery_code', 'passkey', 'answered_challenge',
    'agent_device', 'sign_in_tries', 'invitation', 'audit_entry'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;

-- The program itself may only add to it.
revoke update, delete, truncate on audit_entry from current_user;
