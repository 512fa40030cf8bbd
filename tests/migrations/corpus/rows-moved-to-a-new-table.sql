-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows tasks

CREATE TABLE old_tasks AS WITH gone AS (DELETE FROM tasks RETURNING *) SELECT * FROM gone;
