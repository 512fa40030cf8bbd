-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: move-schema audit

ALTER TABLE audit SET SCHEMA archive;
