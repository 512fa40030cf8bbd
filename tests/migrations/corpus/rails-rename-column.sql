-- undo: see the statement before
-- origin: Rails
-- truth: breaks
-- expect: rename users.name

ALTER TABLE "users" RENAME COLUMN "name" TO "full_name";
