-- undo: DROP TRIGGER plans_sought ON plans; DROP FUNCTION sought();
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows plans

CREATE FUNCTION sought() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found_id bigint;
BEGIN
  SELECT id INTO STRICT found_id FROM plans WHERE slug = NEW.slug;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_sought BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION sought();
