-- undo: ALTER TABLE plans ALTER COLUMN views SET DEFAULT 0;
-- origin: Rails
-- truth: safe
-- expect: change-default plans.views

ALTER TABLE plans ALTER COLUMN views SET DEFAULT 1;
