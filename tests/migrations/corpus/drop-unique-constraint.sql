-- undo: see the statement before
-- origin: Drizzle
-- truth: breaks
-- expect: drop-constraint tasks.tasks_position

ALTER TABLE "tasks" DROP CONSTRAINT "tasks_position";
