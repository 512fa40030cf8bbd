-- undo: DROP TRIGGER audit_logged ON audit; DROP FUNCTION logged();
-- origin: Rails
-- truth: safe
-- release: DELETE FROM audit WHERE id = 1
-- expect nothing

CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER audit_logged BEFORE INSERT OR UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION logged();
