-- undo: DROP TRIGGER labels_stamped ON labels; DROP FUNCTION stamped();
-- origin: Rails
-- truth: safe
-- earlier: labels
-- release: UPDATE labels SET kind = 'x' WHERE name = 'a'
-- expect nothing

CREATE FUNCTION stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END $$;
CREATE TRIGGER labels_stamped BEFORE UPDATE ON labels FOR EACH ROW EXECUTE FUNCTION stamped();
