-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

SELECT pg_advisory_xact_lock(42);
ALTER TABLE plans ADD COLUMN colour text;
