-- undo: the trigger of before
-- origin: hand-written
-- truth: breaks
-- setup: CREATE FUNCTION marks() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.code = coalesce(NEW.code, ''none''); RETURN NEW; END'; CREATE TRIGGER audit_marks BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION marks()
-- release: WITH written AS (INSERT INTO audit (what) VALUES ('logout') RETURNING code) SELECT code FROM written WHERE code = 'none'
-- expect: replace-object audit.audit_marks

CREATE FUNCTION unmarked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER audit_marks BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION unmarked();
