-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table audit

SAVEPOINT before;
CREATE TEMP TABLE audit (id bigint);
ROLLBACK TO SAVEPOINT before;
DROP TABLE audit;
