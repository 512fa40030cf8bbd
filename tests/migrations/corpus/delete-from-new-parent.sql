-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows everything
-- expect: add-inherit audit

CREATE TABLE everything (what text);
ALTER TABLE everything ALTER COLUMN what SET NOT NULL;
ALTER TABLE audit INHERIT everything;
DELETE FROM everything;
