-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table audit

CREATE TABLE IF NOT EXISTS audit (id bigint);
DROP TABLE audit;
