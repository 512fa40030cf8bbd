-- undo: CREATE OR REPLACE VIEW short_labels, as it was
-- origin: hand-written
-- truth: breaks
-- earlier: labels, short-labels
-- release: INSERT INTO short_labels (name) VALUES ('much longer')
-- expect: replace-object short_labels

CREATE OR REPLACE VIEW short_labels AS SELECT id, name FROM labels WHERE length(name) < 5 WITH CHECK OPTION;
