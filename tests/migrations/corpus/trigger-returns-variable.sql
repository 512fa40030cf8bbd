-- undo: DROP TRIGGER plans_chosen ON plans; DROP FUNCTION chosen();
-- origin: hand-written
-- truth: loses data
-- expect: trigger-drops-rows plans

CREATE FUNCTION chosen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  picked plans;
BEGIN
  IF length(NEW.topic) > 12 THEN
    picked := NEW;
  END IF;
  RETURN picked;
END $$;
CREATE TRIGGER plans_chosen BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION chosen();
