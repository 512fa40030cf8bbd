-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- release: UPDATE plans SET notes = repeat('x', 20000) WHERE id = 1
-- expect: plain-storage plans.notes

ALTER TABLE plans ALTER COLUMN notes SET STORAGE PLAIN;
