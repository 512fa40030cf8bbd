-- undo: DROP FUNCTION lower(varchar);
-- origin: hand-written
-- truth: breaks
-- release: SELECT id FROM users WHERE lower(nickname) = 'ann'
-- note: It fits a varchar better than the one for text.
-- expect: replace-object lower

CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1::text)';
