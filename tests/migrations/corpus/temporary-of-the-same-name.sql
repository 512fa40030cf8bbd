-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TEMPORARY TABLE plans (id bigint) ON COMMIT DROP;
INSERT INTO plans VALUES (1);
DELETE FROM plans;
DROP TABLE pg_temp.plans;
