-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: only weeks show it
-- expect: vacuum-off plans

ALTER TABLE plans SET (autovacuum_enabled = false);
