-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: no statement fails
-- expect: change-default plans.status

ALTER TABLE plans ALTER COLUMN status SET DEFAULT 'ready';
