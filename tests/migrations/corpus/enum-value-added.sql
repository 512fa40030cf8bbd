-- undo: leave the value unused
-- origin: Drizzle
-- truth: safe
-- expect nothing

ALTER TYPE "public"."mood" ADD VALUE 'calm' BEFORE 'bad';
