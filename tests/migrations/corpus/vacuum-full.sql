-- undo: see the statement before
-- origin: hand-written
-- truth: fails
-- expect: outside-transaction

VACUUM FULL plans;
