-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE colours (id bigint PRIMARY KEY, name text);
INSERT INTO colours VALUES (1, 'red') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
TRUNCATE colours;
