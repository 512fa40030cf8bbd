-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: unreadable purge_plans

SELECT purge_plans();
