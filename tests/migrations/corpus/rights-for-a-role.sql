-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE colours (id bigint PRIMARY KEY, name text);
GRANT SELECT ON colours TO shop_reader;
