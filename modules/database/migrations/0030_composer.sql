-- What agents write, before it is sent and beside the conversation.

-- A file that was handed over and is not part of a message yet.
create table upload (
  desk_id uuid not null references desk,
  upload_id uuid not null,
  owner text not null, -- who alone may use it: "agent:<id>", "contact:<id>", "form:<what the browser keeps>"
  name text not null,
  type text not null, -- of a picture as its bytes say
  size_bytes bigint not null,
  sha256 bytea not null,
  draft_id uuid, -- that it is part of; null: it is swept when it is old
  created_at instant not null,
  primary key (desk_id, upload_id),
  foreign key (desk_id, sha256) references blob
);
create index upload_by_owner on upload (desk_id, owner, created_at);
create index upload_by_draft on upload (desk_id, draft_id) where draft_id is not null;
create index upload_loose on upload (desk_id, created_at) where draft_id is null;

-- What an agent writes on a ticket. It becomes a message at send_at, and is gone then.
create table draft (
  desk_id uuid not null,
  draft_id uuid not null,
  agent_id uuid not null,
  ticket_id uuid not null,
  place text not null, -- "agent": to the customer; "note"; "side": a new side thread; "side:<id>": within one
  content jsonb not null, -- DraftContent, modules/tickets/draft-content.ts
  version integer not null,
  saved_at instant not null,
  message_id uuid, -- that it becomes; null: it is not being sent
  send_at instant, -- null: it is not being sent
  letter jsonb, -- { text, html }, as it is sent
  problem text, -- why it could not be sent
  primary key (desk_id, draft_id),
  foreign key (desk_id, agent_id) references agent,
  foreign key (desk_id, ticket_id) references ticket
);
create unique index draft_of_agent on draft (desk_id, agent_id, ticket_id, place) where send_at is null;
create index draft_by_ticket on draft (desk_id, ticket_id);
create index draft_to_send on draft (desk_id, send_at) where send_at is not null;

-- How an agent writes.
create table agent_writing (
  desk_id uuid not null,
  agent_id uuid not null,
  undo_seconds integer not null check (undo_seconds between 0 and 30), -- for which what is sent can be taken back
  signatures jsonb not null, -- by language; some may be missing
  version integer not null,
  primary key (desk_id, agent_id),
  foreign key (desk_id, agent_id) references agent
);

-- Answers that agents take up into what they write.
create table answer (
  desk_id uuid not null references desk,
  answer_id uuid not null,
  name text not null,
  texts jsonb not null, -- Markdown with {{variables}}, by language; some may be missing
  version integer not null,
  changed_at instant not null,
  changed_by uuid not null,
  primary key (desk_id, answer_id),
  foreign key (desk_id, changed_by) references agent
);

-- A desk's message templates may be written in the browser too.
alter table template add column version integer not null default 1;

-- Whom an agent's message was sent to: { to, cc, bcc }; null: to the customer alone.
alter table message add column recipients jsonb;

-- What is discussed with others than the customer: in tables of its own, so that nothing that is shown to a customer can
-- hold it by oversight. Its mails are no ticket's: they name the thread instead.
create table side_thread (
  desk_id uuid not null,
  side_thread_id uuid not null,
  ticket_id uuid not null,
  subject text not null,
  reply_token text not null, -- stands in Reply-To and Message-ID of all that is sent in it
  mailbox text not null, -- that it is sent from
  opened_by uuid not null,
  opened_at instant not null,
  heard_at instant, -- when the newest answer came; null: none yet
  seen_at instant, -- when an agent last looked; an answer after it is new
  primary key (desk_id, side_thread_id),
  unique (desk_id, reply_token),
  foreign key (desk_id, ticket_id) references ticket,
  foreign key (desk_id, opened_by) references agent
);
create index side_thread_by_ticket on side_thread (desk_id, ticket_id);

create table side_message (
  desk_id uuid not null,
  side_message_id uuid not null,
  side_thread_id uuid not null,
  kind text not null check (kind in ('agent', 'partner')),
  at instant not null,
  from_name text not null,
  from_address text not null,
  agent_id uuid,
  recipients jsonb, -- of an agent's: { to, cc, bcc }
  text text not null,
  reply text not null,
  html_sha256 bytea,
  inbound_mail_id uuid,
  primary key (desk_id, side_message_id),
  foreign key (desk_id, side_thread_id) references side_thread,
  foreign key (desk_id, inbound_mail_id) references inbound_mail,
  foreign key (desk_id, agent_id) references agent,
  foreign key (desk_id, html_sha256) references blob
);
create index side_message_by_thread on side_message (desk_id, side_thread_id, at);

create table side_attachment (
  desk_id uuid not null,
  side_message_id uuid not null,
  position integer not null,
  name text not null,
  type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  inline boolean not null,
  content_id text,
  primary key (desk_id, side_message_id, position),
  foreign key (desk_id, side_message_id) references side_message,
  foreign key (desk_id, sha256) references blob
);

alter table outgoing_mail add column side_thread_id uuid;
alter table inbound_mail add column side_thread_id uuid;
create index outgoing_mail_by_side_thread on outgoing_mail (desk_id, side_thread_id) where side_thread_id is not null;
create index inbound_mail_by_side_thread on inbound_mail (desk_id, side_thread_id) where side_thread_id is not null;

do $$
declare
  protected text;
begin
  foreach protected in array array[
    'upload', 'draft', 'agent_writing', 'answer', 'side_thread', 'side_message', 'side_attachment'
  ] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;
