-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE plan_log (id bigserial PRIMARY KEY, plan_id bigint, slug text);
CREATE FUNCTION log_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO plan_log (plan_id, slug) VALUES (NEW.id, NEW.slug);
  RETURN NULL;
END $$;
CREATE TRIGGER plans_logged AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION log_plan();
