-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: rename open_plans.topic

ALTER VIEW open_plans RENAME COLUMN topic TO title;
