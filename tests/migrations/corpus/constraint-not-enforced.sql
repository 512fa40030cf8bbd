-- undo: ALTER TABLE tasks ALTER CONSTRAINT tasks_plan_id_fkey ENFORCED;
-- origin: hand-written
-- truth: breaks
-- release: DELETE FROM plans WHERE id = 2; SELECT 1 WHERE NOT EXISTS (SELECT FROM tasks WHERE plan_id = 2)
-- expect: alter-constraint tasks.tasks_plan_id_fkey

ALTER TABLE tasks ALTER CONSTRAINT tasks_plan_id_fkey NOT ENFORCED;
