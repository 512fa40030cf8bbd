-- undo: DROP TRIGGER tasks_closed ON tasks; DROP FUNCTION closed();
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows tasks

CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'no more tasks';
END $$;
CREATE TRIGGER tasks_closed BEFORE INSERT ON tasks FOR EACH STATEMENT EXECUTE FUNCTION closed();
