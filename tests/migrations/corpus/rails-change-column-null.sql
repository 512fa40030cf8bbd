-- undo: see the statement before
-- origin: Rails
-- truth: breaks, locks
-- expect: backfill-rows users
-- expect: set-not-null users.nickname

UPDATE "users" SET "nickname" = '-' WHERE "nickname" IS NULL;
ALTER TABLE "users" ALTER COLUMN "nickname" SET NOT NULL;
