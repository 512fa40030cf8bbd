-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: change-type plans.slug
-- expect: cascade label

CREATE TYPE label AS ENUM ('chess', 'go');
ALTER TABLE plans ALTER COLUMN slug TYPE label USING slug::label;
DROP TYPE label CASCADE;
