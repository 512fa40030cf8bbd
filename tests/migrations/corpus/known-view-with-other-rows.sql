-- undo: CREATE OR REPLACE VIEW short_labels, as it was
-- origin: hand-written
-- truth: breaks
-- earlier: labels, short-labels
-- release: SELECT id FROM short_labels
-- expect: replace-object short_labels

CREATE OR REPLACE VIEW short_labels AS SELECT id, name FROM labels WHERE length(name) < 1;
