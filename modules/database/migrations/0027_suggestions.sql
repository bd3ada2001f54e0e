-- What customers propose: with votes, followers, comments, a state, and a history.
create table suggestion (
  desk_id uuid not null,
  suggestion_id uuid not null,
  about text not null check (about in ('product', 'service')),
  title text not null,
  text text not null,
  language text not null,
  words tsvector not null, -- stems of title (weight A) and text, to find what is alike
  contact_id uuid, -- who proposed it; null: an agent, or somebody who was erased
  agent_id uuid, -- who wrote it down, where an agent did
  signed boolean not null default false, -- its proposer's first name is shown
  created_at instant not null,
  state text not null default 'new' check (state in ('new', 'planned', 'started', 'shipped', 'declined')),
  state_at instant not null,
  reason jsonb, -- by language, of the state; declined never without
  moderation text not null check (moderation in ('waiting', 'approved', 'rejected')),
  moderation_reason text,
  merged_into uuid, -- where its votes, followers and comments went
  votes integer not null default 0, -- rows of suggestion_vote, for sorting
  version integer not null default 1,
  primary key (desk_id, suggestion_id),
  foreign key (desk_id, contact_id) references contact,
  foreign key (desk_id, merged_into) references suggestion,
  check (state <> 'declined' or reason is not null),
  check (moderation <> 'rejected' or moderation_reason is not null)
);
create index suggestion_by_votes on suggestion (desk_id, votes desc, suggestion_id desc) where merged_into is null;
create index suggestion_waiting on suggestion (desk_id, created_at) where moderation = 'waiting';
create index suggestion_of_contact on suggestion (desk_id, contact_id);
create index suggestion_merged on suggestion (desk_id, merged_into) where merged_into is not null;

create table suggestion_vote (
  desk_id uuid not null,
  suggestion_id uuid not null,
  contact_id uuid not null,
  at instant not null,
  primary key (desk_id, suggestion_id, contact_id),
  foreign key (desk_id, suggestion_id) references suggestion,
  foreign key (desk_id, contact_id) references contact
);
create index suggestion_vote_of_contact on suggestion_vote (desk_id, contact_id);

-- Kept when it ends, so that the link in an old mail still says what it did.
create table suggestion_follow (
  desk_id uuid not null,
  suggestion_id uuid not null,
  contact_id uuid not null,
  at instant not null,
  token text not null, -- in its mails: whoever knows it can end this, and nothing else
  ended_at instant,
  primary key (desk_id, suggestion_id, contact_id),
  foreign key (desk_id, suggestion_id) references suggestion,
  foreign key (desk_id, contact_id) references contact
);
create unique index suggestion_follow_by_token on suggestion_follow (desk_id, token);
create index suggestion_follow_of_contact on suggestion_follow (desk_id, contact_id);

create table suggestion_comment (
  desk_id uuid not null,
  comment_id uuid not null,
  suggestion_id uuid not null,
  contact_id uuid, -- null: the desk's official answer, or somebody who was erased
  agent_id uuid,
  official boolean not null default false,
  text text not null,
  language text not null,
  signed boolean not null default false,
  at instant not null,
  moderation text not null check (moderation in ('waiting', 'approved', 'rejected')),
  moderation_reason text,
  moved_from uuid, -- the suggestion that it was written under
  primary key (desk_id, comment_id),
  foreign key (desk_id, suggestion_id) references suggestion,
  foreign key (desk_id, contact_id) references contact,
  check (moderation <> 'rejected' or moderation_reason is not null)
);
create index suggestion_comment_of on suggestion_comment (desk_id, suggestion_id, at);
create index suggestion_comment_waiting on suggestion_comment (desk_id, at) where moderation = 'waiting';
create index suggestion_comment_of_contact on suggestion_comment (desk_id, contact_id);

-- What became of it, never changed; without names and words of customers.
create table suggestion_event (
  desk_id uuid not null,
  suggestion_id uuid not null,
  event_id uuid not null,
  at instant not null,
  type text not null,
  actor text not null, -- "customer", "desk" or "agent:<id>"
  data jsonb not null,
  primary key (desk_id, suggestion_id, event_id),
  foreign key (desk_id, suggestion_id) references suggestion
);

-- Who is told of a change of state, once.
create table suggestion_news (
  desk_id uuid not null,
  event_id uuid not null,
  contact_id uuid not null,
  suggestion_id uuid not null,
  made_at instant not null,
  done_at instant,
  outcome text, -- "queued", or why no mail went
  primary key (desk_id, event_id, contact_id),
  foreign key (desk_id, suggestion_id, event_id) references suggestion_event,
  foreign key (desk_id, contact_id) references contact
);
create index suggestion_news_open on suggestion_news (desk_id, made_at) where done_at is null;
create index suggestion_news_of_contact on suggestion_news (desk_id, contact_id);

create table suggestion_ticket (
  desk_id uuid not null,
  suggestion_id uuid not null,
  ticket_id uuid not null,
  made text not null check (made in ('suggestion', 'ticket')), -- which of both came of the other
  at instant not null,
  made_by uuid not null,
  primary key (desk_id, suggestion_id, ticket_id),
  foreign key (desk_id, suggestion_id) references suggestion,
  foreign key (desk_id, ticket_id) references ticket
);
create index suggestion_ticket_by_ticket on suggestion_ticket (desk_id, ticket_id);

do $$
declare
  protected text;
begin
  foreach protected in array array['suggestion', 'suggestion_vote', 'suggestion_follow', 'suggestion_comment',
    'suggestion_event', 'suggestion_news', 'suggestion_ticket'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;

alter table outgoing_mail drop constraint outgoing_mail_purpose_check;
alter table outgoing_mail add constraint outgoing_mail_purpose_check
  check (purpose in ('notice', 'reply', 'sign-in', 'alert', 'probe', 'page', 'suggestion')) not valid;
alter table outgoing_mail validate constraint outgoing_mail_purpose_check;
