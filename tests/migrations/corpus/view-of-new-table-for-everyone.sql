-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE ROLE greeter;
CREATE TABLE greetings (id bigint PRIMARY KEY, body text);
CREATE VIEW short_greetings AS SELECT id, left(body, 20) AS body FROM greetings;
GRANT SELECT ON short_greetings TO greeter;
