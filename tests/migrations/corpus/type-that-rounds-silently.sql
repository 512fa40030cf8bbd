-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: change-type audit.ratio

ALTER TABLE audit ALTER COLUMN ratio TYPE numeric;
