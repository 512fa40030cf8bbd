-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: lift-limits lock_timeout

SET LOCAL lock_timeout = '0.4ms';
ALTER TABLE plans ADD COLUMN colour text;
