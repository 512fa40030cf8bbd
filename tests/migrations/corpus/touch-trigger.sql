-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE OR REPLACE FUNCTION touch() RETURNS trigger AS $$
BEGIN
  NEW.notes = coalesce(NEW.notes, 'touched; DELETE FROM plans');
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER plans_touch BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION touch();
