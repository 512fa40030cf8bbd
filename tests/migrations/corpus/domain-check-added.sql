-- undo: ALTER DOMAIN percentage DROP CONSTRAINT half;
-- origin: hand-written
-- truth: breaks
-- expect: add-constraint percentage

ALTER DOMAIN percentage ADD CONSTRAINT half CHECK (VALUE < 50);
