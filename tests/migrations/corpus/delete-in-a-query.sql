-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows plans
-- expect: seed-with-ids archive.plans.id

WITH moved AS (DELETE FROM plans WHERE status = 'failed' RETURNING id, topic)
INSERT INTO archive.plans SELECT id, topic FROM moved;
