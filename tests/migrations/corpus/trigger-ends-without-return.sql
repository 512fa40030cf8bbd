-- undo: DROP TRIGGER audit_counted ON audit; DROP FUNCTION counted();
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows audit

CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.code IS NOT NULL THEN
    RETURN NEW;
  END IF;
END $$;
CREATE TRIGGER audit_counted BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION counted();
