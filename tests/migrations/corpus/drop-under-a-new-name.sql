-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: rename audit
-- expect: drop-table scratch

CREATE TABLE scratch (id bigint);
ALTER TABLE scratch RENAME TO scratch_old;
ALTER TABLE audit RENAME TO scratch;
DROP TABLE scratch;
