-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE help (id bigint PRIMARY KEY, body text);
INSERT INTO help VALUES (1, $q$Run DROP TABLE plans; DELETE FROM tasks; to start again$q$);
