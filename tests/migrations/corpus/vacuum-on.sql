-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans SET (autovacuum_enabled = true, toast.autovacuum_enabled = on);
