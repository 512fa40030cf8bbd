-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: slow-under-lock plans

ALTER TABLE plans ADD COLUMN colour text;
CREATE MATERIALIZED VIEW plans_by_topic AS SELECT topic, count(*) FROM plans GROUP BY topic;
