-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- release: INSERT INTO audit (what, code) VALUES ('x', '1a')
-- expect: refuse-new-rows audit.audit_code_number

ALTER TABLE audit ADD CONSTRAINT audit_code_number CHECK (code !~ '^[0-9]' OR code::integer > 0) NOT VALID;
