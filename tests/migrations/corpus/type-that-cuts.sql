-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: change-type audit.code

ALTER TABLE audit ALTER COLUMN code TYPE varchar(4) USING substr(code, 1, 4);
