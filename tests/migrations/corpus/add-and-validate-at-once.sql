-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: refuse-new-rows tasks.tasks_positive
-- expect: validate-with-add tasks.tasks_positive

ALTER TABLE tasks ADD CONSTRAINT tasks_positive CHECK (position > 0) NOT VALID;
ALTER TABLE tasks VALIDATE CONSTRAINT tasks_positive;
