-- undo: DROP TRIGGER tasks_sure ON tasks; DROP FUNCTION sure();
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows tasks

CREATE FUNCTION sure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  ASSERT NEW.position < 5, 'too many tasks';
  RETURN NULL;
END $$;
CREATE TRIGGER tasks_sure AFTER INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION sure();
