-- undo: DROP TRIGGER audit_emptied ON audit; DROP FUNCTION emptied();
-- origin: hand-written
-- truth: loses data
-- expect: truncate tasks

CREATE FUNCTION emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE tasks;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_emptied AFTER INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION emptied();
INSERT INTO audit (what) VALUES ('migrated');
