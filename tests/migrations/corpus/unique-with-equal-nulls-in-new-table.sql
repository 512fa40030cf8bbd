-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE phones (id bigint PRIMARY KEY, user_id bigint, number text, UNIQUE NULLS NOT DISTINCT (user_id, number));
INSERT INTO phones SELECT 1, NULL, NULL;
