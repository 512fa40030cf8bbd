-- undo: see the statement before
-- origin: Drizzle
-- truth: breaks, locks
-- expect: change-type plans.status
-- expect: drop-default plans.status
-- expect: drop-object open_plans
-- expect: drop-object plan_status
-- expect: drop-object purge_plans

DROP VIEW "open_plans";--> statement-breakpoint
ALTER TABLE "plans" ALTER COLUMN "status" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "plans" ALTER COLUMN "status" SET DATA TYPE text;--> statement-breakpoint
DROP FUNCTION purge_plans();--> statement-breakpoint
DROP TYPE "public"."plan_status";--> statement-breakpoint
CREATE TYPE "public"."plan_status" AS ENUM('pending', 'ready', 'failed', 'paused');--> statement-breakpoint
ALTER TABLE "plans" ALTER COLUMN "status" SET DATA TYPE "public"."plan_status" USING "status"::"public"."plan_status";
