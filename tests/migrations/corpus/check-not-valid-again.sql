-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect: refuse-new-rows plans.plans_views_again

ALTER TABLE plans ADD CONSTRAINT plans_views_again CHECK (views >= 0) NOT VALID;
