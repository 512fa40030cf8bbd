-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: change-default plans.views

ALTER TABLE plans ALTER COLUMN views SET DEFAULT -1;
