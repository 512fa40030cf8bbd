-- undo: nothing to undo
-- origin: hand-written
-- truth: locks
-- unseen: the lock of a row stands in the row
-- expect: lock-table plans

SELECT id FROM plans WHERE status = 'ready' FOR UPDATE;
