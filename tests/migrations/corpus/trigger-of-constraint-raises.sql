-- undo: DROP TRIGGER plans_late ON plans; DROP FUNCTION late();
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows plans

CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE check_violation USING MESSAGE = 'not any more';
END $$;
CREATE CONSTRAINT TRIGGER plans_late AFTER INSERT ON plans DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
