-- undo: DROP TABLE task_words; ALTER TABLE tasks DROP COLUMN words;
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE task_words AS SELECT id, length(title) AS words FROM tasks;
ALTER TABLE tasks ADD COLUMN words integer;
