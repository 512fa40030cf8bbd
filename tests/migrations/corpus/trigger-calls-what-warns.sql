-- undo: DROP TRIGGER plans_checked ON plans; DROP FUNCTION checked(); DROP FUNCTION warn();
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION warn() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'mind'; END $$;
CREATE FUNCTION checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM warn();
  RETURN NEW;
END $$;
CREATE TRIGGER plans_checked BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION checked();
