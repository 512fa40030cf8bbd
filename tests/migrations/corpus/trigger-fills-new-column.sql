-- undo: ALTER TABLE plans DROP COLUMN words; DROP TRIGGER plans_wordy ON plans; DROP FUNCTION wordy();
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE plans ADD COLUMN words integer;
CREATE FUNCTION wordy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.words := array_length(string_to_array(NEW.topic, ' '), 1);
  RETURN NEW;
END $$;
CREATE TRIGGER plans_wordy BEFORE INSERT OR UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION wordy();
