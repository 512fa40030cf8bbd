-- undo: ALTER TABLE audit DROP COLUMN size;
-- origin: hand-written
-- truth: locks
-- earlier: positive
-- expect: rewrite-table audit.size

ALTER TABLE audit ADD COLUMN size positive;
