-- undo: nothing to undo
-- origin: hand-written
-- truth: safe
-- expect nothing

REFRESH MATERIALIZED VIEW CONCURRENTLY plan_totals;
