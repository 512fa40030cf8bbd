-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- setup: CREATE TYPE spot AS (x integer, y integer); CREATE TABLE spots (id integer PRIMARY KEY, at spot); INSERT INTO spots VALUES (1, ROW(1, 2))
-- expect: drop-column spot.y

ALTER TYPE spot DROP ATTRIBUTE y;
