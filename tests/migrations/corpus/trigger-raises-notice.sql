-- undo: DROP TRIGGER plans_noted ON plans; DROP FUNCTION noted();
-- origin: hand-written
-- truth: safe
-- note: What an AFTER trigger returns is ignored.
-- expect nothing

CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE NOTICE 'plan %', NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER plans_noted AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION noted();
