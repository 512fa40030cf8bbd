-- undo: see the statement before
-- origin: Drizzle
-- truth: safe
-- expect nothing

DO $$ BEGIN
 CREATE TYPE "public"."mood" AS ENUM('good', 'bad');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
CREATE TABLE IF NOT EXISTS "days" ("id" bigint, "mood" "mood");
CREATE INDEX IF NOT EXISTS "days_mood" ON "days" ("mood");
