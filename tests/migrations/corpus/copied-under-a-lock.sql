-- undo: DROP TABLE task_words; ALTER TABLE tasks DROP COLUMN words;
-- origin: hand-written
-- truth: locks
-- note: ADD COLUMN is quick, and its lock is held while rows are copied behind it.
-- expect: slow-under-lock tasks

ALTER TABLE tasks ADD COLUMN words integer;
CREATE TABLE task_words AS SELECT id, length(title) AS words FROM tasks;
INSERT INTO task_words SELECT id, length(topic) FROM plans;
