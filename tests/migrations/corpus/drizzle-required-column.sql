-- undo: see the statement before
-- origin: Drizzle
-- truth: breaks, fails
-- expect: add-required-column plans.language

ALTER TABLE "plans" ADD COLUMN "language" text NOT NULL;
