-- undo: drop what it makes

CREATE FUNCTION label_of(what text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(what)';
