-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- note: NOT VALID spares the rows that are there; the running release still inserts without it.
-- expect: refuse-new-rows plans.plans_slug_there

ALTER TABLE plans ADD CONSTRAINT plans_slug_there CHECK (slug IS NOT NULL) NOT VALID;
