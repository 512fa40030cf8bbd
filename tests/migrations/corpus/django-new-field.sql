-- undo: see the statement before
-- origin: Django
-- truth: safe
-- expect nothing

ALTER TABLE "plans" ADD COLUMN "is_public" boolean DEFAULT false NOT NULL;
ALTER TABLE "plans" ALTER COLUMN "is_public" SET DEFAULT true;
