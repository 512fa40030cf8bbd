-- undo: see the statement before
-- origin: Django
-- truth: breaks
-- unseen: what no longer is checked fails nowhere
-- expect: disable-checks tasks

ALTER TABLE tasks DISABLE TRIGGER ALL;
INSERT INTO tasks (plan_id, position, title) VALUES (99, 1, 'of no plan');
