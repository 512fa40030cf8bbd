-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows failed_plans

CREATE VIEW failed_plans AS SELECT * FROM plans WHERE status = 'failed';
DELETE FROM failed_plans;
