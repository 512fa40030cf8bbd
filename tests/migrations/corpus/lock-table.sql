-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: lock-table plans

LOCK TABLE plans IN ACCESS EXCLUSIVE MODE;
