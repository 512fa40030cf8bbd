-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
GRANT EXECUTE ON FUNCTION twice(integer) TO PUBLIC;
