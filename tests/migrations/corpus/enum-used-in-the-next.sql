-- undo: leave the value unused
-- origin: Drizzle
-- truth: fails
-- earlier: calm-mood
-- note: Both in one release; with a release between them it runs.
-- expect: enum-used-at-once mood.calm

ALTER TABLE "users" ADD COLUMN "mood" "mood" DEFAULT 'calm' NOT NULL;
