-- undo: DROP TRIGGER plans_frozen ON plans; DROP FUNCTION frozen();
-- origin: hand-written
-- truth: loses data
-- keeps: WITH written AS (UPDATE plans SET notes = 'second' WHERE id = 1 RETURNING notes) SELECT notes FROM written WHERE notes = 'second'
-- expect: trigger-drops-rows plans

CREATE FUNCTION frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN OLD;
END $$;
CREATE TRIGGER plans_frozen BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION frozen();
