-- undo: see the statement before
-- origin: Rails
-- truth: loses data, breaks
-- expect: drop-column users.old_name

ALTER TABLE "users" DROP COLUMN "old_name";
