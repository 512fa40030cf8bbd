-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- setup: CREATE TABLE clicks_old (plan_id bigint, count integer)
-- release: INSERT INTO clicks_old SELECT * FROM clicks
-- expect nothing

ALTER TABLE clicks ADD COLUMN at timestamptz;
