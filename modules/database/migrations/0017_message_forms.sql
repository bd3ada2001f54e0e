-- What a mail's form says beside its words. Null in messages that were kept before, and in all that came otherwise.
alter table message
  add column invitation jsonb, -- what its calendar proposes
  add column protection jsonb; -- whether it is signed or encrypted, and how
