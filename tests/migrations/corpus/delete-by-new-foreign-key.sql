-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, locks
-- expect: add-constraint tasks.tasks_kind
-- expect: delete-rows kinds

CREATE TABLE kinds (id integer PRIMARY KEY);
INSERT INTO kinds SELECT DISTINCT position FROM tasks;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind FOREIGN KEY (position) REFERENCES kinds (id) ON DELETE CASCADE;
DELETE FROM kinds;
