-- undo: DROP TRIGGER plans_blanked ON plans; DROP FUNCTION blanked();
-- origin: hand-written
-- truth: loses data
-- keeps: WITH written AS (INSERT INTO plans (topic, owner_id, notes) VALUES ('Bridge', 1, 'mine') RETURNING notes) SELECT notes FROM written WHERE notes = 'mine'
-- expect: trigger-drops-rows plans.notes

CREATE FUNCTION blanked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.notes := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_blanked BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION blanked();
