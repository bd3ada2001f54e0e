-- Who is on duty, and how they are called.

create table rota_version (
  desk_id uuid not null,
  rota text not null,
  version integer not null,
  document jsonb, -- RotaDocument, modules/duty/rota-document.ts; null: taken away
  made_by uuid not null,
  made_at instant not null,
  primary key (desk_id, rota, version)
);

create table duty_override (
  desk_id uuid not null,
  override_id uuid not null,
  rota text not null,
  level integer not null,
  agent_id uuid not null,
  from_at instant not null,
  until_at instant not null check (until_at > from_at),
  swap_id uuid, -- those of a swap are made and taken back together
  made_by uuid not null,
  made_at instant not null,
  removed_by uuid,
  removed_at instant,
  primary key (desk_id, override_id),
  foreign key (desk_id, agent_id) references agent
);
create index duty_override_by_time on duty_override (desk_id, until_at) where removed_at is null;

create table duty_settings (
  desk_id uuid not null primary key,
  document jsonb not null, -- DutySettings, modules/duty/duty-settings.ts
  version integer not null,
  -- The keys by which the desk proves to push services that a page is its own (RFC 8292); null until somebody wants push.
  push_public_key text,
  push_private_key text,
  canary_day date, -- the last day on which a canary page was sent
  check ((push_public_key is null) = (push_private_key is null))
);

create table page_channel (
  desk_id uuid not null,
  channel_id uuid not null,
  agent_id uuid not null,
  kind text not null check (kind in ('push', 'email', 'webhook')),
  label text not null,
  target jsonb not null, -- ChannelTarget, modules/duty/channel-store.ts; holds secrets
  made_at instant not null,
  worked_at instant, -- when it last took a page
  failed_at instant, -- when it last did not; null once it worked again
  failure text,
  primary key (desk_id, channel_id),
  foreign key (desk_id, agent_id) references agent
);
create index page_channel_by_agent on page_channel (desk_id, agent_id);

-- The effort to have somebody at one ticket, or at several that are about the same.
create table call_out (
  desk_id uuid not null,
  call_out_id uuid not null,
  priority text not null,
  is_canary boolean not null default false,
  state text not null check (state in ('waiting', 'asking', 'paging', 'acknowledged', 'in-hands', 'ended')),
  opened_at instant not null,
  next_at instant, -- when it must be looked at again; null once it has ended
  holder_id uuid, -- whose it is, since they acknowledged
  document jsonb not null, -- CallOut, modules/duty/call-out-case.ts
  version integer not null,
  primary key (desk_id, call_out_id),
  check ((state = 'ended') = (next_at is null))
);
create index call_out_due on call_out (desk_id, next_at) where next_at is not null;
create index call_out_by_time on call_out (desk_id, opened_at, call_out_id);

create table call_out_ticket (
  desk_id uuid not null,
  call_out_id uuid not null,
  ticket_id uuid not null,
  joined_at instant not null,
  left_at instant, -- it ended, or the ticket is of another call-out since
  call_asked_at instant, -- when somebody was asked to call the customer
  primary key (desk_id, call_out_id, ticket_id),
  foreign key (desk_id, call_out_id) references call_out,
  foreign key (desk_id, ticket_id) references ticket
);
create unique index call_out_of_ticket on call_out_ticket (desk_id, ticket_id) where left_at is null;

-- Those for whom somebody must be called, whatever else there is.
create index ticket_to_attend on ticket (desk_id, ticket_id) where priority in ('urgent', 'high') and state <> 'closed';

create table page (
  desk_id uuid not null,
  page_id uuid not null,
  call_out_id uuid not null,
  step integer not null,
  kind text not null,
  level integer not null,
  agent_id uuid not null,
  token text not null, -- whoever has it may acknowledge as this agent, as long as the call-out runs
  made_at instant not null,
  acknowledged_at instant,
  primary key (desk_id, page_id),
  unique (desk_id, call_out_id, step, agent_id), -- nobody is paged twice for one step
  foreign key (desk_id, call_out_id) references call_out,
  foreign key (desk_id, agent_id) references agent
);
create unique index page_by_token on page (desk_id, token);

create table page_delivery (
  desk_id uuid not null,
  page_id uuid not null,
  channel text not null, -- a channel's id, or "email" for an agent who set up none
  kind text not null,
  state text not null check (state in ('queued', 'begun', 'sent', 'failed')),
  made_at instant not null,
  begun_at instant,
  concluded_at instant,
  outgoing_mail_id uuid,
  failure text,
  primary key (desk_id, page_id, channel),
  foreign key (desk_id, page_id) references page
);
create index page_delivery_open on page_delivery (desk_id, made_at) where state in ('queued', 'begun');

-- Calendars that calendar programs fetch; the token stands for an agent's shifts, and for nothing else.
create table duty_feed (
  desk_id uuid not null,
  agent_id uuid not null,
  token_hash bytea not null,
  made_at instant not null,
  primary key (desk_id, agent_id),
  foreign key (desk_id, agent_id) references agent
);
create unique index duty_feed_by_token on duty_feed (desk_id, token_hash);

do $$
declare
  protected text;
begin
  foreach protected in array array['rota_version', 'duty_override', 'duty_settings', 'page_channel', 'call_out',
    'call_out_ticket', 'page', 'page_delivery', 'duty_feed'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;

alter table outgoing_mail drop constraint outgoing_mail_purpose_check;
alter table outgoing_mail add constraint outgoing_mail_purpose_check
  check (purpose in ('notice', 'reply', 'sign-in', 'alert', 'probe', 'page')) not valid;
alter table outgoing_mail validate constraint outgoing_mail_purpose_check;
