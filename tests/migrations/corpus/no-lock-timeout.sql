-- undo: see the statement before
-- origin: Django
-- truth: locks
-- expect: lift-limits lock_timeout

SET LOCAL lock_timeout = '0';
ALTER TABLE plans ADD COLUMN colour text;
