-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: truncate audit

TRUNCATE audit;
