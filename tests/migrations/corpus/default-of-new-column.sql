-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ADD COLUMN tone text;
ALTER TABLE plans ALTER COLUMN tone SET DEFAULT 'kind';
