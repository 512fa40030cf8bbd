-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: change-type plans.created_at

ALTER TABLE plans ALTER created_at SET DATA TYPE date;
