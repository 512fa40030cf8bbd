-- undo: ALTER TABLE audit ALTER COLUMN id SET DEFAULT nextval('audit_id_seq');
-- origin: hand-written
-- truth: breaks
-- expect: change-counter audit.id

CREATE SEQUENCE audit_numbers;
ALTER TABLE audit ALTER COLUMN id SET DEFAULT nextval('audit_numbers');
