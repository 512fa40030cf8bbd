-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- release: INSERT INTO audit (what, code) VALUES ('x', '1a')
-- expect: create-index audit_code

CREATE INDEX audit_code ON audit ((code::integer)) WHERE code ~ '^[0-9]';
