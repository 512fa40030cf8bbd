-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- earlier: letters
-- release: INSERT INTO letters (body) VALUES ('Dear Ann')
-- expect: trigger-refuses-rows letters

CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER letters_stamped BEFORE INSERT ON letters FOR EACH ROW EXECUTE FUNCTION stamp();
