-- Who classified a ticket, and why; what is to be classified by a person still.
alter table ticket
  add column triage jsonb, -- TicketTriage, modules/tickets/ticket-triage.ts; null: from before there was any
  add column to_be_classified boolean not null default false;
create index ticket_to_classify on ticket (desk_id, queue_at) where to_be_classified and state <> 'closed';

-- What the desk's own corrections taught, and how answers to its questions map to a priority.
create table triage_desk (
  desk_id uuid not null primary key,
  weights jsonb, -- DeskWeights, modules/triage; null: nothing yet
  learned integer not null default 0,
  questions jsonb, -- TriageTable, modules/tickets/triage-table.ts; null: the program's own
  questions_version integer not null default 0
);

alter table triage_desk enable row level security;
alter table triage_desk force row level security;
create policy own_desk on triage_desk using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid);
