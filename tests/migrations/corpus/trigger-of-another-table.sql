-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE plan_changes (plan_id bigint, at timestamptz);
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE plan_changes SET at = now() WHERE plan_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER plans_changed AFTER UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION note_change();
