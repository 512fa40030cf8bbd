-- undo: DROP TRIGGER audit_forever ON audit; DROP FUNCTION forever();
-- origin: hand-written
-- truth: breaks
-- release: DELETE FROM audit WHERE id = 1
-- expect: trigger-drops-rows audit

CREATE FUNCTION forever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END $$;
CREATE TRIGGER audit_forever BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION forever();
