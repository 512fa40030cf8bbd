-- undo: rename them again
-- origin: hand-written
-- truth: safe
-- earlier: labels
-- release: SELECT id FROM labels
-- expect nothing

ALTER TABLE labels RENAME CONSTRAINT labels_kind TO labels_kind_there;
ALTER INDEX labels_kind_idx RENAME TO labels_by_kind;
