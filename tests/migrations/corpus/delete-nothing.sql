-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- note: No row matches, which only the rows could tell.
-- expect: delete-rows audit

DELETE FROM audit WHERE id < 0;
