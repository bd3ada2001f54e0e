-- Clocks of replies and resolution beside the response clock. Constant defaults: no row is rewritten.
alter table clock
  add column paused_at instant, -- since when it stands still; null while it counts
  add column published boolean not null default true, -- whether customers are told of this target
  add column warned integer; -- the highest share of its target, in per cent, that was warned of; 100 is a breach
comment on column clock.next_at is 'when it may change by itself or a warning is due; null when neither can be';
