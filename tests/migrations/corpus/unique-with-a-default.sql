-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: add-unique audit.source

ALTER TABLE audit ADD COLUMN source text NOT NULL DEFAULT 'web' UNIQUE;
