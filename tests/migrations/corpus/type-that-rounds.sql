-- undo: see the statement before
-- origin: Django
-- truth: loses data
-- expect: change-type plans.score

ALTER TABLE "plans" ALTER COLUMN "score" TYPE integer USING "score"::integer;
