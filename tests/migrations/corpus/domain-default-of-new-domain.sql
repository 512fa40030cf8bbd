-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE DOMAIN grade AS integer CHECK (VALUE BETWEEN 1 AND 6);
ALTER DOMAIN grade SET DEFAULT 3;
CREATE TABLE marks (id bigint PRIMARY KEY, grade grade);
ALTER DOMAIN grade DROP NOT NULL;
