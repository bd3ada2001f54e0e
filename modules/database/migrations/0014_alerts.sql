-- What leads and admins must be told: on a page, and by mail.
create table alert (
  desk_id uuid not null,
  alert_id uuid not null,
  kind text not null, -- AlertKind, modules/tickets/alert-store.ts
  subject text not null, -- what it is about: while an alert of it stands open, there is no second one
  detail jsonb not null,
  raised_at instant not null,
  mailed_at instant, -- null: nobody was told by mail yet
  seen_at instant, -- null: it stands open
  seen_by uuid, -- null where it mended itself
  primary key (desk_id, alert_id)
);
create unique index alert_open on alert (desk_id, kind, subject) where seen_at is null;
create index alert_unmailed on alert (desk_id, raised_at) where mailed_at is null;
create index alert_by_time on alert (desk_id, raised_at, alert_id);

alter table alert enable row level security;
alter table alert force row level security;
create policy own_desk on alert using (desk_id = nullif(current_setting('app.desk_id', true), '')::uuid);

-- A mail to an agent of the desk, of no ticket.
alter table outgoing_mail drop constraint outgoing_mail_purpose_check;
alter table outgoing_mail add constraint outgoing_mail_purpose_check
  check (purpose in ('notice', 'reply', 'sign-in', 'alert')) not valid;
alter table outgoing_mail validate constraint outgoing_mail_purpose_check;
