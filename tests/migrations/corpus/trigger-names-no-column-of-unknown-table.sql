-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect nothing

CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER plans_stamped BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION stamp();
