-- undo: DROP TRIGGER open_plans_read ON open_plans; DROP FUNCTION read();
-- origin: hand-written
-- truth: loses data
-- release: UPDATE open_plans SET topic = 'Go' WHERE id = 2
-- expect: trigger-drops-rows open_plans

CREATE FUNCTION read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END $$;
CREATE TRIGGER open_plans_read INSTEAD OF UPDATE ON open_plans FOR EACH ROW EXECUTE FUNCTION read();
