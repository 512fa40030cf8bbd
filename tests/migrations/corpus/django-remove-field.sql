-- undo: see the statement before
-- origin: Django
-- truth: loses data, breaks
-- expect: cascade plans.notes
-- expect: drop-column plans.notes

ALTER TABLE "plans" DROP COLUMN "notes" CASCADE;
