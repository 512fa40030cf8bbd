-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ADD COLUMN tone text NOT NULL DEFAULT 'kind';
ALTER TABLE plans ALTER COLUMN tone DROP NOT NULL;
