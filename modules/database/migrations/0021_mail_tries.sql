-- Each try of a mail that the relay put off: when, and its words. What ended the trying is evidence.
alter table outgoing_mail add column tries jsonb not null default '[]';
