-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- release: INSERT INTO plans (topic, owner_id) VALUES (repeat('x', 9000), 1)
-- expect nothing

CREATE FUNCTION tell_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('plans', NEW.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER plans_told AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION tell_plan();
