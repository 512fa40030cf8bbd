-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- setup: CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := coalesce(NEW.code, 'none'); RETURN NEW; END $$; CREATE FUNCTION demand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.code IS NULL THEN RAISE EXCEPTION 'no code'; END IF; RETURN NEW; END $$; CREATE TRIGGER a_fill BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION fill(); CREATE TRIGGER b_demand BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION demand()
-- expect: rename audit.a_fill

ALTER TRIGGER a_fill ON audit RENAME TO z_fill;
