-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: cascade plan_status
-- expect: drop-object plan_status

DROP TYPE plan_status CASCADE;
