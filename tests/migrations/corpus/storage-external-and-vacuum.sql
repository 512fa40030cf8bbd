-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- release: UPDATE plans SET notes = repeat('x', 20000) WHERE id = 1
-- expect nothing

ALTER TABLE plans ALTER COLUMN notes SET STORAGE EXTERNAL;
ALTER TABLE plans SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
