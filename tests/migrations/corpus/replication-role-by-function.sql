-- undo: DELETE FROM tasks WHERE plan_id = 99;
-- origin: hand-written
-- truth: breaks
-- unseen: what no longer is checked fails nowhere
-- expect: disable-checks session_replication_role

SELECT set_config('session_replication_role', 'replica', true);
INSERT INTO tasks (plan_id, position, title) VALUES (99, 1, 'of no plan');
