-- undo: rename it again
-- origin: hand-written
-- truth: breaks
-- earlier: labels
-- release: INSERT INTO labels (name) VALUES ('c') ON CONFLICT ON CONSTRAINT labels_name_key DO NOTHING
-- expect: rename labels.labels_name_key

ALTER TABLE labels RENAME CONSTRAINT labels_name_key TO labels_name;
