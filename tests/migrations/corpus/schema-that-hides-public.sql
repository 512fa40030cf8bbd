-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: shadow-schema current_user

CREATE SCHEMA AUTHORIZATION CURRENT_USER;
CREATE TABLE plans (id bigint PRIMARY KEY);
