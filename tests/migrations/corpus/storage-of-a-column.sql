-- undo: set it as it was
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ALTER COLUMN notes SET STORAGE EXTERNAL, ALTER COLUMN notes SET STATISTICS 500;
ALTER TABLE plans SET (fillfactor = 90);
