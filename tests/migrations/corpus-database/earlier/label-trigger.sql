-- undo: drop what it makes

CREATE FUNCTION label_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END $$;
CREATE TRIGGER labels_guard BEFORE INSERT ON labels FOR EACH ROW EXECUTE FUNCTION label_guard();
