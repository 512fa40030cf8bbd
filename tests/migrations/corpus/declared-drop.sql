-- undo: see the statement before
-- origin: Drizzle
-- truth: loses data, breaks
-- destructive(drop-column users.old_name): nobody has read it since 0.4
-- expect: drop-column users.old_name

ALTER TABLE "users" DROP COLUMN "old_name";
