-- undo: DELETE FROM labels WHERE name = 'c';
-- origin: hand-written
-- truth: safe
-- earlier: labels, label-trigger
-- expect nothing

INSERT INTO labels (name) VALUES ('c');
