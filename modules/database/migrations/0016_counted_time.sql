-- How much of a clock's time counted from its start to its stop: open, and not standing still. Null until it stops, and of
-- clocks that stopped before this was kept, whose plain time stands for it.
alter table clock add column counted_ms bigint;
