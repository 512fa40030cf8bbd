-- undo: ALTER TABLE users DROP COLUMN full_name; DROP TRIGGER users_joined ON users; DROP FUNCTION joined();
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE users ADD COLUMN full_name text;
CREATE FUNCTION joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.full_name := NEW.name;
  RETURN NEW;
END $$;
CREATE TRIGGER users_joined BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION joined();
