-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: refresh-view plan_totals

REFRESH MATERIALIZED VIEW plan_totals;
