-- undo: DROP TRIGGER plans_shorten ON plans; DROP FUNCTION shorten();
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION shorten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.slug := coalesce(NEW.slug, lower(NEW.topic));
  RETURN NEW;
END $$;
CREATE TRIGGER plans_shorten BEFORE INSERT OR UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION shorten();
