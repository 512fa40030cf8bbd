-- undo: DROP TRIGGER plans_guard ON plans; DROP FUNCTION guard();
-- origin: hand-written
-- truth: loses data
-- note: The running release gets no error, and its row is not there.
-- expect: trigger-drops-rows plans

CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF length(NEW.topic) < 12 THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_guard BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION guard();
