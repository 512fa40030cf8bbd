-- undo: DROP TRIGGER plans_stamped ON plans; DROP FUNCTION stamped();
-- origin: hand-written
-- truth: loses data
-- keeps: WITH written AS (UPDATE plans SET created_at = '2001-01-01' WHERE id = 1 RETURNING created_at) SELECT 1 FROM written WHERE created_at < '2002-01-01'
-- expect: trigger-drops-rows plans.created_at

CREATE FUNCTION stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.created_at = now() + interval '1 day';
  RETURN NEW;
END $$;
CREATE TRIGGER plans_stamped BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION stamped();
