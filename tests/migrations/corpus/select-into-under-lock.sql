-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: slow-under-lock plans

ALTER TABLE plans ADD COLUMN colour text;
SELECT * INTO plans_copy FROM plans;
