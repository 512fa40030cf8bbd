-- undo: ALTER FUNCTION greet(text) CALLED ON NULL INPUT;
-- origin: hand-written
-- truth: breaks
-- setup: CREATE FUNCTION greet(name text) RETURNS text LANGUAGE sql AS 'SELECT coalesce(name, ''you'')'
-- release: SELECT 1 WHERE greet(NULL) = 'you'
-- expect: replace-object greet

ALTER FUNCTION greet(text) STRICT;
