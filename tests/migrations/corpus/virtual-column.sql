-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ADD COLUMN loud text GENERATED ALWAYS AS (upper(topic)) VIRTUAL;
