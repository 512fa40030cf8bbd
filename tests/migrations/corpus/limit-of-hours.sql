-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- unseen: nobody holds the lock
-- expect: lift-limits lock_timeout

SET LOCAL lock_timeout = '2h';
ALTER TABLE plans ADD COLUMN colour text;
