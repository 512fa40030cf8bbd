-- undo: the function of before
-- origin: hand-written
-- truth: breaks
-- earlier: label-function
-- release: SELECT 1 WHERE label_of('A') = 'a'
-- expect: replace-object label_of

CREATE OR REPLACE FUNCTION label_of(what text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(what)';
