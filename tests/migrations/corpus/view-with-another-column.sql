-- undo: drop and make it as it was
-- origin: hand-written
-- truth: safe
-- earlier: labels, short-labels
-- release: SELECT id, name FROM short_labels
-- expect nothing

CREATE OR REPLACE VIEW short_labels AS SELECT id, name, kind FROM labels WHERE length(name) < 5;
