-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- note: No migration says that they are a check and a plain index.
-- expect: rename plans.plans_views_positive
-- expect: rename plans_topic_idx

ALTER TABLE plans RENAME CONSTRAINT plans_views_positive TO plans_views_not_negative;
ALTER INDEX plans_topic_idx RENAME TO plans_topic;
