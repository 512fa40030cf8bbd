-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: rewrite-table plans.topic_lower

ALTER TABLE plans ADD COLUMN topic_lower text GENERATED ALWAYS AS (lower(topic)) STORED;
