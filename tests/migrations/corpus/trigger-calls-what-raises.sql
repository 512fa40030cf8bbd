-- undo: DROP TRIGGER plans_checked ON plans; DROP FUNCTION checked(); DROP FUNCTION refuse();
-- origin: hand-written
-- truth: breaks
-- expect: trigger-refuses-rows plans

CREATE FUNCTION refuse() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE FUNCTION checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refuse();
  RETURN NEW;
END $$;
CREATE TRIGGER plans_checked BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION checked();
