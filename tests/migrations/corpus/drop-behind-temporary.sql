-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table audit

CREATE TEMP TABLE audit AS SELECT 1 AS id;
DROP TABLE audit;
DROP TABLE audit;
