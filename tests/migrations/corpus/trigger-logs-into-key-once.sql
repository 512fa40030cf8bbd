-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- release: INSERT INTO plans (topic, owner_id) VALUES ('a', 1), ('b', 1)
-- release: INSERT INTO plans (topic, owner_id) VALUES ('a', 1), ('b', 1)
-- expect nothing

CREATE TABLE last_owner (owner_id bigint UNIQUE, plan_id bigint);
CREATE FUNCTION remember_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO last_owner VALUES (NEW.owner_id, NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER plans_remembered AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION remember_owner();
