-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table fresh.plans
-- expect: rename archive

CREATE SCHEMA fresh;
CREATE TABLE fresh.plans (id bigint);
ALTER SCHEMA fresh RENAME TO older;
ALTER SCHEMA archive RENAME TO fresh;
DROP TABLE fresh.plans;
