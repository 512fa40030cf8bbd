-- undo: ALTER TABLE plans DROP COLUMN title;
-- origin: hand-written
-- truth: breaks
-- release: SELECT title FROM plans JOIN tasks ON tasks.plan_id = plans.id
-- note: Only the statements of the release could show it.
-- expect nothing

ALTER TABLE plans ADD COLUMN title text;
