-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows plans

CREATE TABLE plan_log (plan_id bigint, slug text NOT NULL);
CREATE FUNCTION log_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO plan_log VALUES (NEW.id, NEW.slug);
  RETURN NEW;
END $$;
CREATE TRIGGER plans_logged AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION log_plan();
