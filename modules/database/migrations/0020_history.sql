-- Mail from before the desk took a mailbox over may be imported as history: tickets that were never open, without clocks.
alter table ticket drop constraint ticket_source_check;
alter table ticket add check (source in ('mail', 'agent', 'history'));
alter table ticket drop constraint ticket_check;
alter table ticket add check ((state = 'closed') = (closed_as is not null or source = 'history'));

alter table inbound_mail add column is_history boolean not null default false;

alter table imap_mailbox
  add column chosen_from instant, -- from when mail is taken, as an admin chose it; null: as desk.yaml says
  add column history_from instant, -- what is older is imported as history from here on; null: it is left
  add column history_uid bigint not null default 0, -- up to which that is done
  add column history_taken integer not null default 0,
  add column history_done boolean not null default false;
