-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ADD COLUMN depth integer;
CREATE FUNCTION deepen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.depth := pg_trigger_depth();
  RETURN NEW;
END $$;
CREATE TRIGGER plans_deepened BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION deepen();
