-- undo: see the statement before
-- origin: Drizzle
-- truth: locks
-- expect: rewrite-table plans.public_id

ALTER TABLE "plans" ADD COLUMN "public_id" uuid DEFAULT gen_random_uuid() NOT NULL;
