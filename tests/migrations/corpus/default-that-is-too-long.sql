-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: change-default audit.code

ALTER TABLE audit ALTER COLUMN code SET DEFAULT 'not-known-yet';
