-- undo: see the statement before
-- origin: Drizzle
-- truth: breaks
-- expect: drop-default plans.status

ALTER TABLE "plans" ALTER COLUMN "status" DROP DEFAULT;
