-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit
-- expect: unreadable clean

PREPARE clean AS DELETE FROM audit;
EXECUTE clean;
