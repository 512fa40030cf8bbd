-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- release: INSERT INTO plans (topic, owner_id) VALUES (repeat('x', 9000), 1)
-- expect: trigger-refuses-rows plans

CREATE FUNCTION tell_plans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('plans', row_to_json(NEW)::text);
  RETURN NEW;
END $$;
CREATE TRIGGER plans_told AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION tell_plans();
