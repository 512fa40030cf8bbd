-- undo: REFRESH MATERIALIZED VIEW plan_totals;
-- origin: hand-written
-- truth: breaks
-- expect: refresh-view plan_totals

REFRESH MATERIALIZED VIEW plan_totals WITH NO DATA;
