-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION truncate_title(title text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left(title, 20)';
CREATE VIEW short_plans AS SELECT id, truncate_title(topic) AS title FROM plans;
