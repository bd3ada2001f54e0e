-- The first schema. Conventions, kept by a test (schema.test.ts):
--   * desk_id is the first column of every primary key and index, and every table that has it is under
--     forced row-level security: a query without `set local app.desk_id` sees nothing.
--   * No triggers, identity columns or recursive keys: the schema must stay distributable by desk_id.
--   * Times are instants, handed in by the program; never now().
-- `directory` alone is unprotected on purpose: it says which desk a mailbox, host or token belongs to.

-- Milliseconds since 1970-01-01T00:00:00Z: the very number that the program reckons with (docs/decisions).
create domain instant as bigint;

create table directory (
  kind text not null check (kind in ('desk', 'mailbox', 'host', 'token')),
  key text not null, -- slug; lower-case address; lower-case host; hex SHA-256 of a token
  desk_id uuid not null,
  primary key (kind, key)
);

create table desk (
  desk_id uuid primary key,
  slug text not null,
  name text not null,
  settings jsonb not null, -- DeskSettings, modules/people/desk.ts
  applied_at instant not null
);

-- A desk's message templates, as `desk apply` read them.
create table template (
  desk_id uuid not null references desk,
  name text not null, -- notice, reply, sign-in
  language text not null,
  subject text not null,
  body text not null, -- Markdown with {{variables}}
  primary key (desk_id, name, language)
);

-- People ------------------------------------------------------------------------------------------

create table agent (
  desk_id uuid not null references desk,
  agent_id uuid not null,
  email text not null,
  name text not null,
  role text not null check (role in ('agent', 'lead', 'author', 'admin')),
  language text not null,
  created_at instant not null,
  disabled_at instant,
  primary key (desk_id, agent_id),
  unique (desk_id, email)
);

-- A secret that stands for an agent: a browser's session, an API token, a sign-in link used once.
create table credential (
  desk_id uuid not null,
  token_hash bytea not null, -- SHA-256; the token itself is never kept
  kind text not null check (kind in ('session', 'api', 'sign-in-link')),
  agent_id uuid not null,
  label text not null,
  created_at instant not null,
  expires_at instant,
  used_at instant,
  primary key (desk_id, token_hash),
  foreign key (desk_id, agent_id) references agent
);
create index credential_by_agent on credential (desk_id, agent_id);

create table organisation (
  desk_id uuid not null references desk,
  organisation_id uuid not null,
  name text not null,
  created_at instant not null,
  primary key (desk_id, organisation_id)
);

-- A mail domain that an agent confirmed to be the organisation's.
create table organisation_domain (
  desk_id uuid not null,
  domain text not null,
  organisation_id uuid not null,
  confirmed_by uuid not null,
  confirmed_at instant not null,
  primary key (desk_id, domain),
  foreign key (desk_id, organisation_id) references organisation,
  foreign key (desk_id, confirmed_by) references agent
);
create index organisation_domain_by_organisation on organisation_domain (desk_id, organisation_id);

create table contact (
  desk_id uuid not null references desk,
  contact_id uuid not null,
  organisation_id uuid,
  name text not null, -- empty when the person never gave one
  language text, -- null until it is known
  created_at instant not null,
  primary key (desk_id, contact_id),
  foreign key (desk_id, organisation_id) references organisation
);
create index contact_by_organisation on contact (desk_id, organisation_id);

create table contact_address (
  desk_id uuid not null,
  address text not null, -- lower case
  contact_id uuid not null,
  verified_at instant, -- when the person was seen to read mail there: a reply that carried our token
  failed_at instant, -- when a report said that it is bad for good; null again once mail arrives there
  failure text, -- what the report said
  primary key (desk_id, address),
  foreign key (desk_id, contact_id) references contact
);
create index contact_address_by_contact on contact_address (desk_id, contact_id);

-- Mail ----------------------------------------------------------------------------------------------

-- Bytes by the SHA-256 of their contents: raw mails, attachments, sanitised HTML.
create table blob (
  desk_id uuid not null references desk,
  sha256 bytea not null,
  size_bytes bigint not null,
  bytes bytea not null,
  primary key (desk_id, sha256)
);
alter table blob alter column bytes set storage external; -- Mail is mostly base64 and images: compressing costs more than it saves.

-- Senders whose mail agents do not want to see among the others.
create table blocked_sender (
  desk_id uuid not null references desk,
  address text not null, -- lower case
  blocked_by uuid not null,
  blocked_at instant not null,
  primary key (desk_id, address),
  foreign key (desk_id, blocked_by) references agent
);

create table mailbox (
  desk_id uuid not null references desk,
  mailbox_id uuid not null,
  address text not null, -- lower case
  name text not null,
  primary key (desk_id, mailbox_id),
  unique (desk_id, address)
);

-- A mailbox whose mail is fetched by IMAP: how far it is fetched, and how it is.
create table imap_mailbox (
  desk_id uuid not null,
  mailbox_id uuid not null,
  source text not null, -- user, host and folder: whose numbers the next two are; empty until it was first opened
  uid_validity bigint not null,
  last_uid bigint not null, -- every message up to it was taken or is left
  take_from instant not null, -- what its server received before is left
  to_put_away bigint[] not null default '{}', -- UIDs that were taken, and may not be marked as taken on the server yet
  left_behind integer not null default 0, -- messages that were left: too large, or not given by the server
  last_contact_at instant,
  last_mail_at instant,
  error text, -- null while it works
  error_since instant,
  primary key (desk_id, mailbox_id),
  foreign key (desk_id, mailbox_id) references mailbox,
  check ((error is null) = (error_since is null))
);

-- What was taken from it, by the SHA-256 of the bytes: a server that counts its messages anew gives them again.
create table imap_taken (
  desk_id uuid not null,
  mailbox_id uuid not null,
  sha256 bytea not null,
  primary key (desk_id, mailbox_id, sha256),
  foreign key (desk_id, mailbox_id) references mailbox
);

-- The newest refresh token of a mailbox that is signed in to by OAuth 2, where its service replaced the one that was set.
create table imap_token (
  desk_id uuid not null,
  mailbox_id uuid not null,
  sealed bytea not null, -- encrypted with a key made of the one that was set
  primary key (desk_id, mailbox_id),
  foreign key (desk_id, mailbox_id) references mailbox
);

create table inbound_mail (
  desk_id uuid not null,
  inbound_mail_id uuid not null,
  mailbox_id uuid not null,
  received_at instant not null, -- when the desk's server, or that of its IMAP mailbox, held all its bytes
  envelope_from text not null, -- empty for the null sender
  envelope_to text[] not null, -- those of the recipients that are this mailbox's
  remote_ip text not null, -- empty where the desk fetched it
  helo text not null default '', -- how the sender's server named itself; empty where it is not known
  size_bytes bigint not null,
  sha256 bytea not null, -- the blob that holds its bytes
  -- Known once it is read:
  read_at instant,
  kind text check (kind in ('ticket', 'reply', 'report', 'auto-reply', 'quarantined', 'held', 'duplicate')),
  reason text, -- why it is quarantined, or how it was understood
  message_id text, -- without brackets
  from_address text,
  from_name text,
  subject text,
  content_sha256 bytea, -- over the bytes without trace headers: the same mail by two ways has the same
  ticket_id uuid,
  duplicate_of uuid,
  warnings text[] not null default '{}',
  authentication jsonb, -- what is known of who sent it; null where nobody checked
  primary key (desk_id, inbound_mail_id),
  foreign key (desk_id, mailbox_id) references mailbox,
  foreign key (desk_id, sha256) references blob,
  check ((read_at is null) = (kind is null))
);
create index inbound_mail_by_message_id on inbound_mail (desk_id, message_id);
create index inbound_mail_by_contents on inbound_mail (desk_id, content_sha256) where message_id is null;
create index inbound_mail_by_time on inbound_mail (desk_id, received_at, inbound_mail_id);
create index inbound_mail_by_kind on inbound_mail (desk_id, kind, received_at, inbound_mail_id);
create index inbound_mail_by_sender on inbound_mail (desk_id, lower(from_address), received_at);
create index inbound_mail_by_sender_domain on inbound_mail (desk_id, split_part(lower(from_address), '@', 2), received_at);
create index inbound_mail_by_mailbox on inbound_mail (desk_id, mailbox_id, received_at);
create index inbound_mail_by_ticket on inbound_mail (desk_id, ticket_id) where ticket_id is not null;
create index inbound_mail_unread on inbound_mail (desk_id, received_at) where read_at is null;

-- Tickets -------------------------------------------------------------------------------------------

create table ticket (
  desk_id uuid not null references desk,
  ticket_id uuid not null,
  number bigint not null, -- from the desk's own sequence; gaps are possible
  subject text not null,
  state text not null check (state in ('new', 'open', 'waiting', 'on-hold', 'closed')),
  closed_as text check (closed_as in ('solved', 'workaround', 'duplicate', 'not-a-request')),
  closed_at instant,
  state_before_closing text, -- what an undone closing goes back to
  priority text not null check (priority in ('urgent', 'high', 'normal', 'low')),
  priority_reason text not null,
  language text not null,
  contact_id uuid not null,
  organisation_id uuid,
  assignee_id uuid,
  source text not null check (source in ('mail', 'agent')),
  received_at instant not null,
  linked_ticket_id uuid, -- the closed ticket that this one follows
  reply_token text not null, -- stands in Reply-To and Message-ID of all that the desk sends on it
  queue_at instant not null, -- when the clock that runs is due; 253370764800000 (the year 9999) when none runs
  updated_at instant not null,
  version integer not null, -- grows with each change; the ETag
  event_count integer not null,
  event_digest bytea not null, -- head of the ticket's chain of events
  primary key (desk_id, ticket_id),
  unique (desk_id, number),
  unique (desk_id, reply_token),
  foreign key (desk_id, contact_id) references contact,
  foreign key (desk_id, organisation_id) references organisation,
  foreign key (desk_id, assignee_id) references agent,
  check ((state = 'closed') = (closed_as is not null)),
  check ((state = 'closed') = (closed_at is not null))
);
-- Due first; of what is due alike (all whose clock no longer runs) the urgent first, then who came first. The rank is
-- written as modules/tickets/ticket-store.ts writes it, or the index is not used.
create index ticket_queue on ticket (
  desk_id, queue_at,
  (case priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end),
  received_at, ticket_id
) where state <> 'closed';
create index ticket_by_time on ticket (desk_id, received_at, ticket_id);
create index ticket_by_contact on ticket (desk_id, contact_id);

create table message (
  desk_id uuid not null,
  message_id uuid not null,
  ticket_id uuid not null,
  kind text not null check (kind in ('customer', 'agent', 'note')),
  at instant not null,
  from_name text not null,
  from_address text not null,
  agent_id uuid,
  text text not null, -- all of it
  reply text not null, -- what the person newly wrote, apart from quotes and signature
  html_sha256 bytea, -- the HTML as it came, unsanitised
  inbound_mail_id uuid,
  outgoing_mail_id uuid,
  primary key (desk_id, message_id),
  foreign key (desk_id, ticket_id) references ticket,
  foreign key (desk_id, inbound_mail_id) references inbound_mail,
  foreign key (desk_id, agent_id) references agent,
  foreign key (desk_id, html_sha256) references blob
);
alter table message alter column text set storage external, alter column reply set storage external; -- As for blobs.
create index message_by_ticket on message (desk_id, ticket_id, at, message_id);

create table attachment (
  desk_id uuid not null,
  message_id uuid not null,
  position integer not null,
  name text not null, -- as the sender wrote it: only ever shown
  type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  inline boolean not null,
  content_id text, -- without brackets
  primary key (desk_id, message_id, position),
  foreign key (desk_id, message_id) references message,
  foreign key (desk_id, sha256) references blob
);

-- What happened to a ticket, in order. Each row's digest covers the one before it and the salted digest of
-- its own contents, so contents can be erased by law and the chain still verifies.
create table ticket_event (
  desk_id uuid not null,
  ticket_id uuid not null,
  sequence integer not null,
  at instant not null,
  type text not null,
  actor text not null, -- "customer", "desk", or "agent:<id>"
  data jsonb, -- null once erased
  salt bytea, -- null once erased
  content_digest bytea not null, -- sha256(salt || canonical JSON of data)
  digest bytea not null, -- sha256(previous digest || sequence, at, type, actor || content_digest)
  primary key (desk_id, ticket_id, sequence),
  foreign key (desk_id, ticket_id) references ticket
);

-- Clocks ----------------------------------------------------------------------------------------------

create table clock (
  desk_id uuid not null,
  ticket_id uuid not null,
  target text not null,
  started_at instant not null,
  due_at instant not null,
  stopped_at instant,
  outcome text not null check (outcome in ('running', 'pending', 'met', 'breached', 'void')),
  receipt text, -- the strongest rung known: presumed, delivered, displayed; null while there is none
  cause text, -- 'raised' when only a change of priority breached it
  next_at instant, -- when it may change by itself; null when it cannot
  primary key (desk_id, ticket_id, target),
  foreign key (desk_id, ticket_id) references ticket
);
create index clock_to_fold on clock (desk_id, next_at) where next_at is not null;

-- The outbox: what the desk sends, rendered once, tried until it is taken or given up.
create table outgoing_mail (
  desk_id uuid not null,
  outgoing_mail_id uuid not null,
  ticket_id uuid, -- null for what belongs to no ticket: a sign-in link
  contact_id uuid,
  purpose text not null check (purpose in ('notice', 'reply', 'sign-in')),
  state text not null check (state in ('queued', 'sent', 'failed')),
  to_address text not null,
  subject text not null,
  message_id text not null, -- without brackets; the same at each try
  return_token text not null, -- stands in the return path, and is the DSN envelope id
  envelope_from text not null,
  mime_sha256 bytea not null, -- the blob with the very bytes that are sent
  created_at instant not null,
  urgency text not null check (urgency in ('urgent', 'high', 'usual', 'low')), -- which goes before which where many wait
  attempts integer not null,
  next_attempt_at instant, -- null when no more are to come
  last_error text,
  sent_at instant,
  primary key (desk_id, outgoing_mail_id),
  unique (desk_id, return_token),
  foreign key (desk_id, ticket_id) references ticket,
  foreign key (desk_id, mime_sha256) references blob
);
create index outgoing_mail_by_ticket on outgoing_mail (desk_id, ticket_id);
create index outgoing_mail_by_message_id on outgoing_mail (desk_id, message_id);
create index outgoing_mail_by_time on outgoing_mail (desk_id, created_at, outgoing_mail_id);
create index outgoing_mail_waiting on outgoing_mail (desk_id, next_attempt_at) where state = 'queued';
create index outgoing_mail_by_recipient on outgoing_mail (desk_id, to_address, created_at);

-- Recorded facts about an outgoing mail's way to its reader.
create table evidence (
  desk_id uuid not null,
  evidence_id uuid not null,
  ticket_id uuid not null,
  outgoing_mail_id uuid, -- null for what proves the notice without a mail: a logged call
  rung text not null check (rung in ('handed-over', 'delivered', 'displayed', 'failed')),
  at instant not null, -- when the desk learned it
  dated_at instant, -- when it happened, where the report says so
  source text not null, -- "relay", "reply", "dsn", …
  detail text not null, -- for people: the relay's answer, the report's diagnostic
  primary key (desk_id, evidence_id),
  foreign key (desk_id, ticket_id) references ticket,
  foreign key (desk_id, outgoing_mail_id) references outgoing_mail
);
create index evidence_by_ticket on evidence (desk_id, ticket_id, at);
create index evidence_by_outgoing_mail on evidence (desk_id, outgoing_mail_id);

-- The second wall ---------------------------------------------------------------------------------------

do $$
declare
  protected text;
begin
  for protected in
    select c.table_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'desk_id' and c.table_name <> 'directory' and t.table_type = 'BASE TABLE'
  loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;
