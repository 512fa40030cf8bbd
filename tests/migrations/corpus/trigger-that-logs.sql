-- undo: DROP TRIGGER users_journal ON users; DROP TABLE users_log;
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE users_log (at timestamptz DEFAULT now(), email text);
CREATE FUNCTION journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO users_log (email) VALUES (NEW.email);
  RETURN NULL;
END $$;
CREATE TRIGGER users_journal AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION journal();
