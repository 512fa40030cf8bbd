-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect: change-default clicks.count

ALTER TABLE clicks ALTER COLUMN count SET DEFAULT 0;
