-- undo: DROP MATERIALIZED VIEW task_counts;
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE MATERIALIZED VIEW task_counts AS SELECT plan_id, count(*) AS tasks FROM tasks GROUP BY plan_id;
CREATE UNIQUE INDEX task_counts_plan ON task_counts (plan_id);
