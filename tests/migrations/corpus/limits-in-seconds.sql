-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';
ALTER TABLE plans ADD COLUMN colour text;
