-- undo: DROP TRIGGER plans_choosy ON plans; DROP FUNCTION choosy();
-- origin: hand-written
-- truth: loses data
-- expect: trigger-drops-rows plans

CREATE FUNCTION choosy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE WHEN length(NEW.topic) > 12 THEN NEW ELSE NULL END;
END $$;
CREATE TRIGGER plans_choosy BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION choosy();
