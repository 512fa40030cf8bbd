-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: refuse-new-rows plans.plans_tone

ALTER TABLE plans ADD COLUMN tone text;
ALTER TABLE plans ADD CONSTRAINT plans_tone CHECK (tone IS NOT NULL) NOT VALID;
