-- undo: ALTER INDEX tasks_place RENAME TO tasks_position;
-- origin: Django
-- truth: breaks
-- release: INSERT INTO tasks (plan_id, position, title) VALUES (2, 9, 'New') ON CONFLICT ON CONSTRAINT tasks_position DO UPDATE SET title = excluded.title
-- expect: rename tasks_position

ALTER INDEX tasks_position RENAME TO tasks_place;
