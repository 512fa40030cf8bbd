-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- expect: add-constraint tasks

ALTER TABLE tasks ADD CHECK (position > 0);
