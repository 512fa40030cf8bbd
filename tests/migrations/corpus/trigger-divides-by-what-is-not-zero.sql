-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ADD COLUMN per_view integer;
CREATE FUNCTION per_view() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.per_view := 100 / nullif(NEW.views, 0);
  RETURN NEW;
END $$;
CREATE TRIGGER plans_per_view BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION per_view();
