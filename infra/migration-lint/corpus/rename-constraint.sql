-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans RENAME CONSTRAINT plans_views_positive TO plans_views_not_negative;
ALTER INDEX plans_topic_idx RENAME TO plans_topic;
