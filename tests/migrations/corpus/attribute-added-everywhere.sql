-- undo: ALTER TYPE spot DROP ATTRIBUTE y CASCADE;
-- origin: hand-written
-- truth: breaks
-- setup: CREATE TYPE spot AS (x integer)
-- release: SELECT (ROW(1)::spot).x
-- expect: add-attribute spot

ALTER TYPE spot ADD ATTRIBUTE y integer CASCADE;
