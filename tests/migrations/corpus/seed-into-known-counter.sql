-- undo: DELETE FROM labels WHERE name = 'c';
-- origin: hand-written
-- truth: breaks
-- earlier: labels
-- release: INSERT INTO labels (name) VALUES ('d')
-- expect: seed-with-ids labels.id

INSERT INTO labels VALUES (3, 'c');
