-- undo: ALTER TABLE audit ENABLE TRIGGER audit_marks;
-- origin: hand-written
-- truth: breaks
-- setup: CREATE FUNCTION marks() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.code = coalesce(NEW.code, ''none''); RETURN NEW; END'; CREATE TRIGGER audit_marks BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION marks()
-- release: WITH written AS (INSERT INTO audit (what) VALUES ('logout') RETURNING code) SELECT code FROM written WHERE code = 'none'
-- expect: disable-checks audit

ALTER TABLE audit ENABLE REPLICA TRIGGER audit_marks;
