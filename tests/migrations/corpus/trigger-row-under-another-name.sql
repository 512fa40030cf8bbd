-- undo: DROP TRIGGER plans_aliased ON plans; DROP FUNCTION aliased();
-- origin: hand-written
-- truth: loses data
-- keeps: WITH written AS (INSERT INTO plans (topic, owner_id, notes) VALUES ('Bridge', 1, 'mine') RETURNING notes) SELECT notes FROM written WHERE notes = 'mine'
-- expect: trigger-drops-rows plans

CREATE FUNCTION aliased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  written ALIAS FOR NEW;
BEGIN
  written.notes := NULL;
  RETURN written;
END $$;
CREATE TRIGGER plans_aliased BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION aliased();
