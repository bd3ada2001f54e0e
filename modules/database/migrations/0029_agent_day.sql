-- Who works with whom, and in which languages.
create table team (
  desk_id uuid not null references desk,
  team_id uuid not null,
  name text not null,
  version integer not null default 1,
  ended_at instant, -- a team that ended stays on the tickets that it had
  primary key (desk_id, team_id)
);
create unique index team_name on team (desk_id, lower(name)) where ended_at is null;

create table team_member (
  desk_id uuid not null,
  team_id uuid not null,
  agent_id uuid not null,
  primary key (desk_id, team_id, agent_id),
  foreign key (desk_id, team_id) references team,
  foreign key (desk_id, agent_id) references agent
);
create index team_member_by_agent on team_member (desk_id, agent_id);

create table agent_language (
  desk_id uuid not null,
  agent_id uuid not null,
  language text not null,
  primary key (desk_id, agent_id, language),
  foreign key (desk_id, agent_id) references agent
);

-- The desk's own words for tickets. One that was merged into another stays, since tickets hold its id.
create table tag (
  desk_id uuid not null references desk,
  tag_id uuid not null,
  name text not null,
  colour text not null,
  merged_into uuid,
  version integer not null default 1,
  primary key (desk_id, tag_id),
  foreign key (desk_id, merged_into) references tag
);
create unique index tag_name on tag (desk_id, lower(name)) where merged_into is null;
create index tag_merged on tag (desk_id, merged_into) where merged_into is not null;

alter table ticket
  add column team_id uuid,
  add column tag_ids uuid[] not null default '{}',
  add column snooze jsonb, -- TicketSnooze, modules/tickets/snooze.ts; null: none
  add column snoozed_until instant, -- when it comes back at the latest: what was asked, or its clock's alarm before that
  add column is_late boolean not null default false; -- a clock that runs is past its end
alter table ticket add constraint ticket_team foreign key (desk_id, team_id) references team not valid;
alter table ticket validate constraint ticket_team;

do $$
declare
  desk_of text;
begin
  for desk_of in select distinct desk_id::text from directory loop
    perform set_config('app.desk_id', desk_of, true);
    update ticket t set is_late = true
    where t.state <> 'closed' and exists (
      select from clock k where k.desk_id = t.desk_id and k.ticket_id = t.ticket_id
        and k.outcome = 'breached' and k.stopped_at is null and k.paused_at is null);
  end loop;
end $$;

-- What an agent has, in the order of the queue; the rank as modules/tickets/ticket-store.ts writes it.
create index ticket_queue_of_assignee on ticket (
  desk_id, assignee_id, queue_at,
  (case priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end),
  received_at, ticket_id
) where state <> 'closed';
create index ticket_closed on ticket (desk_id, closed_at desc, ticket_id desc) where state = 'closed';
create index ticket_snoozed on ticket (desk_id, snoozed_until) where snoozed_until is not null;

-- Filters that were given a name: one agent's, or everybody's.
create table ticket_view (
  desk_id uuid not null references desk,
  view_id uuid not null,
  owner_id uuid, -- null: shared
  name text not null,
  filter jsonb not null, -- ViewFilter, modules/tickets/view-filter.ts
  version integer not null default 1,
  primary key (desk_id, view_id),
  foreign key (desk_id, owner_id) references agent
);
create index ticket_view_by_owner on ticket_view (desk_id, owner_id);

-- To whom new tickets go: one list for each desk, in order.
create table assignment_rules (
  desk_id uuid not null references desk,
  rules jsonb not null, -- AssignmentRule[], modules/tickets/assignment-rule.ts
  version integer not null,
  made_by uuid,
  made_at instant not null,
  primary key (desk_id)
);

-- What an agent is told of. It holds no words of anybody's: the ticket is read beside it.
create table agent_news (
  desk_id uuid not null,
  agent_id uuid not null,
  news_id uuid not null,
  kind text not null check (kind in ('assigned', 'team', 'reply', 'mention', 'breach-near')),
  ticket_id uuid not null,
  made_by uuid, -- the agent whose doing it is; null: the customer's or the desk's
  made_at instant not null,
  in_page boolean not null,
  by_mail boolean not null,
  seen_at instant,
  mailed_at instant,
  primary key (desk_id, agent_id, news_id),
  foreign key (desk_id, agent_id) references agent,
  foreign key (desk_id, ticket_id) references ticket
);
create index agent_news_by_time on agent_news (desk_id, agent_id, made_at desc, news_id desc) where in_page;
create index agent_news_unseen on agent_news (desk_id, agent_id) where in_page and seen_at is null;
create index agent_news_unmailed on agent_news (desk_id, agent_id) where by_mail and mailed_at is null;
create index agent_news_mailed on agent_news (desk_id, agent_id, mailed_at) where mailed_at is not null;

-- How an agent has it: which news by which way, and the keys. Missing: as the program has it.
create table agent_choice (
  desk_id uuid not null,
  agent_id uuid not null,
  news jsonb not null default '{}', -- NewsChoices, modules/tickets/agent-news.ts
  keys jsonb not null default '{}', -- KeyChoices, modules/tickets/key-choices.ts
  primary key (desk_id, agent_id),
  foreign key (desk_id, agent_id) references agent
);

do $$
declare
  protected text;
begin
  foreach protected in array array['team', 'team_member', 'agent_language', 'tag', 'ticket_view', 'assignment_rules',
    'agent_news', 'agent_choice'] loop
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format($policy$create policy own_desk on %I using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid)$policy$, protected);
  end loop;
end $$;
