-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- note: Wider, so nothing is lost; the linter does not know the old type and says that it may be.
-- expect: change-type tasks.position

ALTER TABLE tasks ALTER COLUMN position TYPE bigint;
