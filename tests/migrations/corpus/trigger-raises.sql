-- undo: DROP TRIGGER plans_slugged ON plans; DROP FUNCTION slugged();
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows plans

CREATE FUNCTION slugged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.slug IS NULL THEN
    RAISE EXCEPTION 'a plan needs a slug';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_slugged BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION slugged();
