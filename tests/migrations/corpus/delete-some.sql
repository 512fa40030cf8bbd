-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows plans

DELETE FROM plans WHERE status = 'failed';
