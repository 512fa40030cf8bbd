-- undo: drop what it makes

CREATE TABLE log (what text);
CREATE FUNCTION log_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM tasks;
  RETURN NULL;
END $$;
CREATE TRIGGER log_written AFTER INSERT ON log FOR EACH STATEMENT EXECUTE FUNCTION log_written();
