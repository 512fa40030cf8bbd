-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: reindex plans

REINDEX TABLE plans;
