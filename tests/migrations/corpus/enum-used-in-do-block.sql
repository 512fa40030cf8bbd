-- undo: leave the value unused
-- origin: hand-written
-- truth: fails
-- expect: enum-used-at-once mood.calm

ALTER TYPE mood ADD VALUE 'calm';
DO $$ BEGIN PERFORM 'calm'::mood; END $$;
