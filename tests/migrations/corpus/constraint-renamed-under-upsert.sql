-- undo: ALTER TABLE tasks RENAME CONSTRAINT tasks_place TO tasks_position;
-- origin: Rails
-- truth: breaks
-- release: INSERT INTO tasks (plan_id, position, title) VALUES (2, 9, 'New') ON CONFLICT ON CONSTRAINT tasks_position DO UPDATE SET title = excluded.title
-- expect: rename tasks.tasks_position

ALTER TABLE tasks RENAME CONSTRAINT tasks_position TO tasks_place;
