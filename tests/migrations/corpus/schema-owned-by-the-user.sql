-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE SCHEMA reports AUTHORIZATION CURRENT_USER;
CREATE TABLE reports.plans (id bigint PRIMARY KEY);
