-- undo: DROP FUNCTION label_of(text, integer);
-- origin: hand-written
-- truth: breaks
-- earlier: label-function
-- release: SELECT label_of('A')
-- expect: replace-object label_of

CREATE FUNCTION label_of(what text, length integer DEFAULT 20) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left(lower(what), length)';
