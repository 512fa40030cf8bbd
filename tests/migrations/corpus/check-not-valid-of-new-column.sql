-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ADD COLUMN tone text;
ALTER TABLE plans ADD CONSTRAINT plans_tone CHECK (tone IN ('kind', 'stern')) NOT VALID;
