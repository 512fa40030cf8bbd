-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: wait pg_sleep_for

ALTER TABLE plans ADD COLUMN colour text;
DO $$ BEGIN PERFORM pg_sleep_for('10 milliseconds'); END $$;
