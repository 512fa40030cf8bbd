-- undo: DROP TRIGGER plans_named ON plans; DROP FUNCTION named();
-- origin: hand-written
-- truth: loses data
-- keeps: WITH written AS (INSERT INTO plans (topic, owner_id, notes) VALUES ('Bridge', 1, 'mine') RETURNING notes) SELECT notes FROM written WHERE notes = 'mine'
-- expect: trigger-drops-rows plans.notes

CREATE FUNCTION named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT name INTO NEW.notes FROM users WHERE id = NEW.owner_id;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_named BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION named();
