-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: refuse-new-rows percentage

ALTER DOMAIN percentage ADD CONSTRAINT low CHECK (VALUE < 50) NOT VALID;
