-- undo: drop and make it as it was
-- origin: hand-written
-- truth: breaks
-- earlier: labels, short-labels
-- release: SELECT 1 FROM short_labels HAVING count(*) = 2
-- expect: replace-object short_labels

CREATE OR REPLACE VIEW short_labels AS SELECT id, name, generate_series(1, 2) AS copy FROM labels WHERE length(name) < 5;
