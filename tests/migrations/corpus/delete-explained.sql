-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit

EXPLAIN ANALYZE DELETE FROM audit;
