-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: backfill-rows plans
-- expect: trigger-refuses-rows plans

ALTER TABLE plans ADD COLUMN touched timestamptz;
CREATE FUNCTION touch_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE plans SET touched = now() WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER plans_touched AFTER UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION touch_plan();
