-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- unseen: no other session waits
-- expect: wait pg_advisory_lock

SELECT pg_advisory_lock(42);
