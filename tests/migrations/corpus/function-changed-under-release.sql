-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- note: Bodies are only read for what they write; that this one fails for the running release is not seen.
-- expect: replace-object shout

CREATE OR REPLACE FUNCTION shout(what text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT CAST(1 / length(substr(what, 2)) AS text)';
