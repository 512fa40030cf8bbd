-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE plan_texts (plan_id text, topic text);
CREATE FUNCTION copy_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO plan_texts VALUES (NEW.id::text, NEW.topic);
  RETURN NULL;
END $$;
CREATE TRIGGER plans_text AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION copy_text();
