-- undo: DROP TRIGGER plans_slugs ON plans; DROP FUNCTION slugs();
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION slugs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.slug IS NULL THEN
    NEW.slug := left(lower(NEW.topic), 50);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_slugs BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION slugs();
