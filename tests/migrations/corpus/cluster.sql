-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: rewrite-table plans

CLUSTER plans USING plans_topic_idx;
