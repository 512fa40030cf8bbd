-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE colours (id bigint PRIMARY KEY, name text);
WITH plans (id, name) AS (VALUES (1::bigint, 'red')) INSERT INTO colours SELECT id, name FROM plans;
WITH plans (id, name) AS (VALUES (1::bigint, 'blue')) UPDATE colours SET name = plans.name FROM plans WHERE plans.id = colours.id;
