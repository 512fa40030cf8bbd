-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows plans

ALTER TABLE plans ADD COLUMN per_view integer;
CREATE FUNCTION per_view() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.per_view := 100 / NEW.views;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_per_view BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION per_view();
