-- undo: DROP OPERATOR = (varchar, varchar); DROP FUNCTION never(varchar, varchar);
-- origin: hand-written
-- truth: breaks
-- release: SELECT id FROM users WHERE nickname = nickname
-- expect: replace-object "="

CREATE FUNCTION never(varchar, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = never);
