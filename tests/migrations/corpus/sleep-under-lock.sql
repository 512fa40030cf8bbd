-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: wait pg_sleep

ALTER TABLE plans ADD COLUMN colour text;
SELECT pg_sleep(0.01);
