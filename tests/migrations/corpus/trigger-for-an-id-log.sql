-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- earlier: letters
-- release: INSERT INTO letters (body) VALUES ('Dear Ann')
-- expect nothing

CREATE TABLE letter_log (letter_id bigint PRIMARY KEY, body text NOT NULL);
CREATE FUNCTION log_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO letter_log VALUES (NEW.id, NEW.body);
  RETURN NULL;
END $$;
CREATE TRIGGER letters_logged AFTER INSERT ON letters FOR EACH ROW EXECUTE FUNCTION log_letter();
