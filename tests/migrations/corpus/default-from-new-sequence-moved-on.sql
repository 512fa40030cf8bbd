-- undo: ALTER TABLE audit ALTER COLUMN id SET DEFAULT nextval('audit_id_seq');
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE SEQUENCE audit_numbers;
SELECT setval('audit_numbers', coalesce(max(id), 0) + 1) FROM audit;
ALTER TABLE audit ALTER COLUMN id SET DEFAULT nextval('audit_numbers');
