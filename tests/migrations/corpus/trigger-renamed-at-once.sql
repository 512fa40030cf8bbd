-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION audit_filled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.code := coalesce(NEW.code, 'none');
  RETURN NEW;
END $$;
CREATE TRIGGER filled BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_filled();
ALTER TRIGGER filled ON audit RENAME TO audit_filled;
