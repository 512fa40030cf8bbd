-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- earlier: letters
-- release: INSERT INTO letters (body) VALUES ('Dear Ann')
-- expect nothing

ALTER TABLE letters ADD COLUMN updated_at timestamptz;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER letters_stamped BEFORE INSERT ON letters FOR EACH ROW EXECUTE FUNCTION stamp();
