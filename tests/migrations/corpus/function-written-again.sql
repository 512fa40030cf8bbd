-- undo: nothing to undo
-- origin: hand-written
-- truth: safe
-- earlier: label-function
-- release: SELECT label_of('A')
-- expect nothing

CREATE OR REPLACE FUNCTION label_of(what text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(what)';
