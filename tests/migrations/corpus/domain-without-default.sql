-- undo: ALTER DOMAIN grade SET DEFAULT 1;
-- origin: hand-written
-- truth: breaks
-- setup: CREATE DOMAIN grade AS integer DEFAULT 1; CREATE TABLE grades (id integer, grade grade NOT NULL)
-- release: INSERT INTO grades (id) VALUES (1)
-- expect: drop-default grade

ALTER DOMAIN grade DROP DEFAULT;
