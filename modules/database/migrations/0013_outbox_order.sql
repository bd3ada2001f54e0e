-- What waits to be sent, in the order in which it goes once a relay is there again. The rank is written as
-- modules/mail/outgoing-mail-store.ts writes it, or the index is not used.
create index outgoing_mail_by_urgency on outgoing_mail (
  desk_id,
  (case urgency when 'urgent' then 0 when 'high' then 1 when 'usual' then 2 else 3 end),
  next_attempt_at,
  outgoing_mail_id
) where state = 'queued';
