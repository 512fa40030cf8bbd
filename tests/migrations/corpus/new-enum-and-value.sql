-- undo: see the statement before
-- origin: Drizzle
-- truth: safe
-- expect nothing

CREATE TYPE "public"."role" AS ENUM('admin', 'member');--> statement-breakpoint
ALTER TYPE "public"."plan_status" ADD VALUE 'paused';--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "role" "role" DEFAULT 'member' NOT NULL;
