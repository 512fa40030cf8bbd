-- undo: ALTER TABLE plans ALTER COLUMN status SET DEFAULT 'pending';
-- origin: hand-written
-- truth: breaks
-- expect: drop-default plans.status

ALTER TABLE plans ALTER COLUMN status SET DEFAULT NULL;
