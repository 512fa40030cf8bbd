-- undo: see the statement before
-- origin: Drizzle
-- truth: loses data, breaks
-- expect: drop-column plans.slug

ALTER TABLE "plans" ADD COLUMN "summary" text;--> statement-breakpoint
ALTER TABLE "plans" DROP COLUMN IF EXISTS "slug";--> statement-breakpoint
COMMENT ON COLUMN "plans"."summary" IS 'drop table plans;';
