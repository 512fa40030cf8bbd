-- undo: DELETE FROM labels WHERE name = 'calm';
-- origin: hand-written
-- truth: safe
-- earlier: labels
-- expect nothing

ALTER TYPE mood ADD VALUE 'calm';
INSERT INTO labels (name) VALUES ('calm');
