-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: create-index audit_ref

ALTER TABLE audit ADD COLUMN ref text;
CREATE UNIQUE INDEX audit_ref ON audit (ref) NULLS NOT DISTINCT;
