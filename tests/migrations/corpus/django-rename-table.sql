-- undo: see the statement before
-- origin: Django
-- truth: breaks
-- expect: rename tasks

ALTER TABLE "tasks" RENAME TO "steps";
