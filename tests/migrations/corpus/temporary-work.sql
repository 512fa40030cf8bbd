-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TEMP TABLE work ON COMMIT DROP AS SELECT id FROM plans;
ALTER TABLE work ADD COLUMN done boolean NOT NULL DEFAULT false;
CREATE INDEX work_id ON work (id);
TRUNCATE work;
DROP TABLE work;
