-- Whether what proofs stand on survives the relay: two mails of our own, and what came back of them.
create table relay_probe (
  desk_id uuid not null,
  probe_id uuid not null,
  mailbox text not null,
  started_at instant not null,
  started_by uuid, -- an agent; null: the command line
  arriving_mail_id uuid not null, -- to the mailbox itself
  bouncing_mail_id uuid not null, -- to a reader who does not exist
  findings jsonb not null default '{}', -- ProbeFindings, modules/tickets/relay-probe.ts
  primary key (desk_id, probe_id),
  foreign key (desk_id, arriving_mail_id) references outgoing_mail,
  foreign key (desk_id, bouncing_mail_id) references outgoing_mail
);
create index relay_probe_by_time on relay_probe (desk_id, started_at);

alter table relay_probe enable row level security;
alter table relay_probe force row level security;
create policy own_desk on relay_probe using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid);

alter table outgoing_mail drop constraint outgoing_mail_purpose_check;
alter table outgoing_mail add constraint outgoing_mail_purpose_check
  check (purpose in ('notice', 'reply', 'sign-in', 'alert', 'probe')) not valid;
alter table outgoing_mail validate constraint outgoing_mail_purpose_check;
